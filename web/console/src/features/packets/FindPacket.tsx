import { useSignal } from '@preact/signals';
import { t } from '../../i18n/i18n';
import { navigate } from '../../router/router';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Page, Panel } from '../../ui/Page';
import styles from './packets.module.css';

export function FindPacket() {
  const id = useSignal('');
  const tried = useSignal(false);
  const words = t.value.packets;
  const fits = /^\d{1,20}$/.test(id.value.trim());
  return (
    <Page title={t.value.areas.packets} note={words.note}>
      <Panel>
        <form
          class={styles.find}
          onSubmit={(event) => {
            event.preventDefault();
            tried.value = true;
            if (fits) navigate(`/packets/${id.value.trim()}`);
          }}
        >
          <Field
            label={words.id}
            hint={words.idHint}
            problem={tried.value && !fits ? words.idProblem : undefined}
            value={id.value}
            inputMode="numeric"
            autoComplete="off"
            data-testid="packet-id"
            onText={(text) => {
              id.value = text;
            }}
          />
          <Button look="primary" type="submit" icon="search" data-testid="packet-find">
            {words.find}
          </Button>
        </form>
      </Panel>
    </Page>
  );
}
