import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Client } from '../../client/client';
import { useClient } from '../../client/context';
import { faceOf, nameOf } from '../../client/names';
import type { Transfer } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { momentHeading } from '../../i18n/times';
import { money, signed } from '../../money/money';
import { Avatar } from '../../ui/Avatar';
import { action } from '../../ui/action';
import { Button } from '../../ui/Button';
import { Card, Empty, Header, Scroll, SkeletonRows } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Row } from '../../ui/Row';
import styles from './TransferDetails.module.css';
import { cameBack, cardState } from './transferState';
import { transferWords } from './words';

export function transferListModel(client: Client) {
  const ids = signal<readonly string[]>([]);
  const more = signal(true);
  const loaded = signal(false);
  const older = action(async () => {
    const page = await client.transfers.list(ids.value.at(-1) ?? '0', 50);
    ids.value = [...ids.value, ...page.transfers.map(({ id }) => id)];
    more.value = page.more;
    loaded.value = true;
  });
  return { ids, more, loaded, older };
}

/** Every transfer of mine, newest first; each follows what becomes of it. */
export function TransferList() {
  const client = useClient();
  const model = useMemo(() => transferListModel(client), [client]);
  useEffect(() => void model.older.run(), [model]);
  const words = transferWords.value;
  const loaded = model.loaded.value;
  return (
    <div class={styles.screen} data-testid="transfers">
      <Header title={words.list} back="/wallet" />
      <Scroll narrow>
        <Problem of={model.older.problem.value} />
        {!loaded && model.older.problem.value === undefined && <SkeletonRows count={5} />}
        {loaded && model.ids.value.length === 0 && (
          <Empty icon="transfer" title={words.listEmpty} hint={words.listEmptyHint} />
        )}
        {model.ids.value.length > 0 && (
          <Card>
            {model.ids.value.map((id) => {
              const transfer = client.transfer(id);
              return transfer && <Line key={id} transfer={transfer} />;
            })}
          </Card>
        )}
        {loaded && model.more.value && (
          <p class={styles.hint}>
            <Button busy={model.older.busy.value} onClick={() => void model.older.run()}>
              {words.older}
            </Button>
          </p>
        )}
      </Scroll>
    </div>
  );
}

function Line({ transfer }: { transfer: Transfer }) {
  const client = useClient();
  const me = client.me.value.id;
  const mine = transfer.sender === me;
  const other = mine ? transfer.receiver : transfer.sender;
  const state = cardState(transfer, me);
  const card = t.value.transfer.card;
  return (
    <Row
      href={`/wallet/t/${transfer.id}`}
      lead={<Avatar face={faceOf(client, other)} name={nameOf(client, other)} size={44} />}
      title={nameOf(client, other)}
      note={state === 'pending' ? card.pending(momentHeading(Number(transfer.arrivesAtMs))) : card[state]}
      value={cameBack(state) ? money(transfer.amount) : signed(mine ? -transfer.amount : transfer.amount)}
      testId="transfer-row"
    />
  );
}
