import { useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { Button } from '../../ui/Button';
import { clock, useCountdown } from '../../ui/countdown';
import { Field } from '../../ui/Field';
import { Problem } from '../../ui/Problem';
import { Sheet } from '../../ui/Sheet';
import { toast } from '../../ui/toast';
import { PinPad } from './PinPad';
import styles from './PinSheets.module.css';
import { type PinFlow, type Purpose, pinFlow, type Trouble } from './pinFlow';
import { pinWords } from './words';

/** Sets, changes or resets the payment PIN. */
export function PinFlowSheet({ purpose, onClose }: { purpose: Purpose; onClose: () => void }) {
  return (
    <Sheet title={pinWords.value[purpose]} onClose={onClose} testId="pin-flow">
      <PinFlowBody purpose={purpose} onDone={onClose} />
    </Sheet>
  );
}

type BodyProps = { purpose: Purpose; intro?: string | undefined; onDone: () => void };

export function PinFlowBody({ purpose, intro, onDone }: BodyProps) {
  const client = useClient();
  const flow = useMemo(() => pinFlow(client, purpose), [client, purpose]);
  const words = pinWords.value;
  const step = flow.step.value;
  const left = useCountdown(flow.trouble.value?.why === 'locked' ? flow.trouble.value.untilMs : undefined);
  const after = async (step: Promise<void>) => {
    await step;
    if (flow.step.value !== 'done') return;
    toast(words.done);
    onDone();
  };
  return (
    <div class={styles.body}>
      {intro && <p class={styles.intro}>{intro}</p>}
      <Problem of={flow.problem.value} />
      {step === 'password' ? (
        <Password
          flow={flow}
          trouble={troubleWords(flow.trouble.value, left)}
          onProceed={() => void after(flow.proceed())}
        />
      ) : (
        <PinPad
          key={step}
          label={step === 'old' ? words.old : step === 'again' ? words.again : words.new}
          typed={flow.typed}
          note={troubleWords(flow.trouble.value, left)}
          bad={flow.trouble.value !== undefined}
          disabled={step === 'old' && left > 0}
          busy={flow.busy.value}
          onComplete={(pin) => void after(flow.enter(pin))}
          testId={`pin-${step}`}
        />
      )}
    </div>
  );
}

type PasswordProps = { flow: PinFlow; trouble: string | undefined; onProceed: () => void };

function Password({ flow, trouble, onProceed }: PasswordProps) {
  const words = pinWords.value;
  return (
    <form
      class={styles.password}
      onSubmit={(event) => {
        event.preventDefault();
        onProceed();
      }}
    >
      <Field
        label={words.password}
        hint={words.passwordHint}
        problem={trouble}
        type="password"
        first
        autoComplete="current-password"
        value={flow.password.value}
        data-testid="pin-password"
        onText={(text) => {
          flow.password.value = text;
        }}
      />
      <Button
        look="primary"
        type="submit"
        wide
        busy={flow.busy.value}
        disabled={!flow.password.value}
        data-testid="pin-next"
      >
        {words.next}
      </Button>
    </form>
  );
}

function troubleWords(trouble: Trouble | undefined, leftMs: number): string | undefined {
  const words = pinWords.value;
  if (!trouble) return undefined;
  switch (trouble.why) {
    case 'wrong':
      return words.wrong(trouble.triesLeft);
    case 'locked':
      return leftMs > 0 ? words.locked(clock(leftMs)) : words.soon;
    default:
      return words[trouble.why];
  }
}
