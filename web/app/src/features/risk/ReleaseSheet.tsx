import { useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { Button } from '../../ui/Button';
import { clock, useCountdown } from '../../ui/countdown';
import { Field } from '../../ui/Field';
import { Problem } from '../../ui/Problem';
import { Sheet } from '../../ui/Sheet';
import { toast } from '../../ui/toast';
import { PinGateSheet } from '../pin';
import { codeLength, releaseForm } from './releaseForm';
import styles from './risk.module.css';
import { riskWords } from './words';

export function ReleaseSheet({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const form = useMemo(() => releaseForm(client), [client]);
  const left = useCountdown(form.codeUntilMs.value);
  const words = riskWords.value;
  const asked = form.codeUntilMs.value !== undefined;
  const tries = form.triesLeft.value;
  const done = () => {
    onClose();
    toast(words.done);
  };
  return (
    <Sheet title={words.releaseTitle} onClose={onClose} testId="release-sheet">
      <form
        class={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (form.ready.value && (await form.release.start())) done();
        }}
      >
        <p class={styles.quiet}>{words.releaseIntro}</p>
        <Button
          look={asked ? 'quiet' : 'primary'}
          wide
          busy={form.ask.busy.value}
          disabled={form.codesLeft.value === 0}
          data-testid="release-ask"
          onClick={() => void form.ask.run()}
        >
          {asked ? words.askAgain : words.ask}
        </Button>
        <Problem of={form.ask.problem.value} />
        {asked && (
          <>
            <Field
              label={words.code}
              hint={left > 0 ? words.codeHint(clock(left)) : words.codeOver}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={codeLength}
              value={form.code.value}
              problem={tries === undefined ? undefined : words.wrong(tries)}
              data-testid="release-code"
              onText={(text) => {
                form.code.value = text.replace(/\D/g, '');
              }}
            />
            {tries === undefined && <Problem of={form.release.problem.value} />}
            <Button
              look="primary"
              type="submit"
              wide
              busy={form.release.busy.value && !form.release.asking.value}
              disabled={!form.ready.value}
              data-testid="release-submit"
            >
              {words.submit}
            </Button>
          </>
        )}
      </form>
      <PinGateSheet gate={form.release} what={words.releaseTitle} onDone={done} />
    </Sheet>
  );
}
