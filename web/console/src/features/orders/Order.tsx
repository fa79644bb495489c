import { money } from '@laisee/app/money';
import { useSignal } from '@preact/signals';
import { handleOrder, type OrderDeed, type Order as Ordered, orderLife, type Raised } from '../../api/orders';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { wholeTime } from '../../i18n/times';
import { Link } from '../../router/router';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Columns, Facts, Page, Panel, Skeleton, Stack } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { useLoad } from '../../ui/useLoad';
import { Life } from './Life';
import { orderTones } from './orderTones';

export function Order({ id }: { id: string }) {
  const loaded = useLoad(id, () => orderLife(api.value, id));
  const doing = useSignal<OrderDeed | undefined>(undefined);
  const words = t.value.orders;
  const life = loaded.value.value;
  const back = { href: '/orders', label: t.value.areas.orders };
  if (!life)
    return (
      <Page title={words.order} back={back} note={<code>{id}</code>}>
        {loaded.problem.value === undefined ? <Skeleton /> : <Problem of={loaded.problem.value} again={loaded.again} />}
      </Page>
    );
  const { order } = life;
  const deed = doing.value;
  const may = mayI('settle-orders');
  const offer = (what: OrderDeed) => (
    <Button key={what} data-testid={`order-${what}`} onClick={() => (doing.value = what)}>
      {words.deeds[what].name}
    </Button>
  );
  return (
    <Page
      back={back}
      title={`${words.kinds[order.kind] ?? order.kind} · ${money(order.amount)}`}
      note={
        <span data-testid="order-state" data-state={order.state}>
          <Tag tone={orderTones[order.state] ?? 'calm'}>{words.states[order.state] ?? order.state}</Tag>
        </span>
      }
      actions={
        may && (
          <>
            {life.mayBeSettled && offer('settle')}
            {life.mayBeAsked && offer('ask')}
          </>
        )
      }
    >
      <Columns>
        <Stack>
          {order.raised.length > 0 && (
            <Panel title={words.raised} note={words.raisedNote} actions={may && offer('close')}>
              <Stack>
                {order.raised.map((said) => (
                  <RaisedFacts key={`${said.word} ${said.amount}`} of={said} ordered={order.amount} />
                ))}
              </Stack>
            </Panel>
          )}
          <Panel title={words.order}>
            <OrderFacts of={order} />
          </Panel>
        </Stack>
        <Panel title={words.life} note={words.lifeNote}>
          <Life steps={life.steps} />
        </Panel>
      </Columns>
      {deed && (
        <ChangeDialog
          title={words.deeds[deed].name}
          what={words.deeds[deed].what(money(order.amount), order.kind === 'WITHDRAWAL')}
          yes={words.deeds[deed].name}
          done={words.deeds[deed].done}
          danger={deed === 'settle'}
          typed={deed === 'settle' ? money(order.amount).slice(1) : undefined}
          change={(reason) => handleOrder(api.value, id, deed, reason)}
          onDone={loaded.again}
          onClose={() => (doing.value = undefined)}
        />
      )}
    </Page>
  );
}

function OrderFacts({ of }: { of: Ordered }) {
  const words = t.value.orders;
  return (
    <Facts
      of={[
        [words.id, <code key="id">{of.id}</code>],
        [
          words.user,
          <Link key="user" href={`/users/${of.user}`}>
            {of.userName || of.user}
          </Link>,
        ],
        [words.provider, words.providers[of.provider] ?? of.provider],
        of.reference !== '' && [words.reference, <code key="reference">{of.reference}</code>],
        of.destination !== '' && [words.destination, of.destination],
        [words.attempts, words.times(of.attempts)],
        [words.created, wholeTime(of.createdAt)],
        [words.changed, wholeTime(of.changedAt)],
        of.reason !== '' && [words.reason, of.reason],
      ]}
    />
  );
}

function RaisedFacts({ of, ordered }: { of: Raised; ordered: bigint }) {
  const words = t.value.orders;
  return (
    <Facts
      of={[
        [words.word, words.says[of.word] ?? of.word],
        of.amount !== ordered && [words.otherAmount, <b key="amount">{money(of.amount)}</b>],
        of.reference !== '' && [words.reference, <code key="reference">{of.reference}</code>],
        of.reason !== '' && [words.reason, of.reason],
        [words.since, wholeTime(of.at)],
      ]}
    />
  );
}
