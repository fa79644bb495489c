import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Client } from '../../client/client';
import { useClient } from '../../client/context';
import { type Order, OrderKind, OrderStatus } from '../../client/wire';
import { momentHeading } from '../../i18n/times';
import { signed } from '../../money/money';
import { action } from '../../ui/action';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Card, Empty, Header, Scroll, SkeletonRows } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import styles from './Wallet.module.css';
import { type OrderStateName, walletWords } from './words';

export function orderListModel(client: Client) {
  const ids = signal<readonly string[]>([]);
  const more = signal(true);
  const loaded = signal(false);
  const older = action(async () => {
    const page = await client.orders.list(ids.value.at(-1) ?? '0', 50);
    ids.value = [...ids.value, ...page.orders.map(({ id }) => id)];
    more.value = page.more;
    loaded.value = true;
  });
  return { ids, more, loaded, older };
}

/** Every top-up and withdrawal, with what the provider has said of it; each follows what becomes of it. */
export function OrderList() {
  const client = useClient();
  const model = useMemo(() => orderListModel(client), [client]);
  useEffect(() => void model.older.run(), [model]);
  const words = walletWords.value;
  const loaded = model.loaded.value;
  return (
    <div class={styles.screen} data-testid="orders">
      <Header title={words.orders} back="/wallet" />
      <Scroll narrow>
        <Problem of={model.older.problem.value} />
        {!loaded && model.older.problem.value === undefined && <SkeletonRows count={5} />}
        {loaded && model.ids.value.length === 0 && (
          <Empty icon="withdraw" title={words.noOrders} hint={words.noOrdersHint} />
        )}
        {model.ids.value.length > 0 && (
          <Card>
            {model.ids.value.map((id) => {
              const order = client.order(id);
              return order && <Line key={id} order={order} />;
            })}
          </Card>
        )}
        {loaded && model.more.value && (
          <p class={styles.older}>
            <Button busy={model.older.busy.value} onClick={() => void model.older.run()}>
              {words.olderOrders}
            </Button>
          </p>
        )}
      </Scroll>
    </div>
  );
}

const states: Record<OrderStatus, OrderStateName> = {
  [OrderStatus.UNSPECIFIED]: 'created',
  [OrderStatus.CREATED]: 'created',
  [OrderStatus.UNKNOWN]: 'unknown',
  [OrderStatus.SUBMITTED]: 'submitted',
  [OrderStatus.SUCCEEDED]: 'succeeded',
  [OrderStatus.FAILED]: 'failed',
  [OrderStatus.RETURNED]: 'returned',
};

function Line({ order }: { order: Order }) {
  const words = walletWords.value;
  const state = states[order.status];
  const out = order.kind === OrderKind.WITHDRAWAL;
  const waits = order.status < OrderStatus.SUCCEEDED;
  return (
    <div class={styles.order} data-testid="order" data-order={order.id} data-state={state}>
      <span class={`${styles.icon} ${state === 'failed' || state === 'returned' ? styles.iconPacket : ''}`}>
        <Icon name={waits ? 'clock' : out ? 'withdraw' : 'topUp'} size={20} />
      </span>
      <span class={styles.words}>
        <span>{out ? words.kinds.withdrawal : words.kinds.topUp}</span>
        <span class={styles.note}>{momentHeading(Number(order.createdAtMs))}</span>
        {order.destination && <span class={styles.note}>{order.destination}</span>}
      </span>
      <span class={styles.amount}>
        {signed(out ? -order.amount : order.amount)}
        <small class={`${styles.after} ${state === 'succeeded' ? styles.in : ''}`}>{words.orderStates[state]}</small>
      </span>
      {(waits || order.reason) && (
        <p class={styles.orderHint}>{order.reason || words.orderHints[state === 'unknown' ? 'unknown' : 'waiting']}</p>
      )}
    </div>
  );
}
