import { dayStart } from '@laisee/app/day-start';
import type { Api, PageOf, Query } from './api';
import type { Fields } from './fields';

/** Money into or out of a wallet through a payment provider. */
export type Order = {
  id: string;
  user: string;
  userName: string;
  /** TOP_UP or WITHDRAWAL. */
  kind: string;
  provider: string;
  amount: bigint;
  destination: string;
  /** CREATED, UNKNOWN, SUBMITTED, SUCCEEDED, FAILED or RETURNED. */
  state: string;
  /** How often it was handed to the provider. */
  attempts: number;
  /** The provider's own number. */
  reference: string;
  reason: string;
  createdAt: number;
  changedAt: number;
  /** What the provider said that does not fit, each word once; nothing of it was applied. */
  raised: Raised[];
};
export type Raised = { word: string; amount: bigint; reference: string; reason: string; at: number };
/** One step of an order's life. */
export type OrderStep = {
  /** CREATED, HANDED_OVER, SAID, RAISED, ASKED, DECIDED or RAISED_CLOSED. */
  kind: string;
  at: number;
  position: string;
  attempt: number;
  /** What the provider said, with SAID and RAISED. */
  word: string;
  amount: bigint;
  reference: string;
  reason: string;
  /** The operator, with ASKED, DECIDED and RAISED_CLOSED. */
  by: string;
};
export type OrderLife = { order: Order; steps: OrderStep[]; mayBeAsked: boolean; mayBeSettled: boolean };

function readOrder(fields: Fields): Order {
  const order = fields.one('order', (inner) => inner) ?? fields;
  return {
    id: order.text('id'),
    user: fields.text('user'),
    userName: fields.text('userName'),
    kind: order.kind('kind', 'ORDER_KIND_'),
    provider: fields.kind('provider', 'PAYMENT_PROVIDER_'),
    amount: order.fen('amount'),
    destination: order.text('destination'),
    state: order.kind('status', 'ORDER_STATUS_'),
    attempts: fields.number('attempts'),
    reference: order.text('reference'),
    reason: order.text('reason'),
    createdAt: order.number('createdAtMs'),
    changedAt: order.number('changedAtMs'),
    raised: fields.list('raised', (raised) => ({
      word: raised.kind('word', 'PROVIDER_WORD_'),
      amount: raised.fen('amount'),
      reference: raised.text('reference'),
      reason: raised.text('reason'),
      at: raised.number('atMs'),
    })),
  };
}

const readStep = (fields: Fields): OrderStep => ({
  kind: fields.kind('kind', 'ORDER_STEP_KIND_'),
  at: fields.number('atMs'),
  position: fields.text('position'),
  attempt: fields.number('attempt'),
  word: fields.kind('word', 'PROVIDER_WORD_'),
  amount: fields.fen('amount'),
  reference: fields.text('reference'),
  reason: fields.text('reason'),
  by: fields.text('byName') || fields.text('by'),
});

/** A state of the list: one of an order's, or RAISED, which any of them may be besides. */
export async function orders(api: Api, query: Query, after: string | undefined): Promise<PageOf<Order>> {
  const state = String(query.state ?? '');
  const answer = await api.get('/v1/admin/orders', {
    status: state && state !== 'RAISED' ? `ORDER_STATUS_${state}` : '',
    raised: state === 'RAISED' ? 'true' : '',
    kind: query.kind ? `ORDER_KIND_${query.kind}` : '',
    user: query.user,
    fromMs: dayStart(query.from?.toString()),
    toMs: dayStart(query.to?.toString(), 1),
    sort: query.sort,
    after,
  });
  return { rows: answer.list('orders', readOrder), next: answer.text('next') || undefined };
}

export async function orderLife(api: Api, id: string): Promise<OrderLife> {
  const answer = await api.get(`/v1/admin/orders/${id}`);
  return {
    order: answer.one('order', readOrder) ?? readOrder(answer),
    steps: answer.list('steps', readStep),
    mayBeAsked: answer.flag('mayBeAsked'),
    mayBeSettled: answer.flag('mayBeSettled'),
  };
}

/** What may be done about an order; each asks for a reason and stands in the audit log. */
export type OrderDeed = 'ask' | 'settle' | 'close';

export async function handleOrder(api: Api, id: string, deed: OrderDeed, reason: string): Promise<void> {
  await api.post(`/v1/admin/orders/${id}/${deed}`, { reason });
}
