import type { Api, PageOf, Query } from './api';
import type { Fields } from './fields';

/** Money into or out of a wallet through a payment provider. */
export type Order = {
  id: string;
  user: string;
  /** TOP_UP or WITHDRAWAL. */
  kind: string;
  provider: string;
  amount: bigint;
  destination: string;
  /** CREATED, UNKNOWN, SUBMITTED, SUCCEEDED, FAILED or RETURNED. */
  state: string;
  attempts: number;
  /** The provider's own number. */
  reference: string;
  reason: string;
  createdAt: number;
  changedAt: number;
  /** What the provider said that does not fit what it said before; nothing of it was applied. */
  raised: Raised | undefined;
};
export type Raised = { word: string; amount: bigint; reference: string; reason: string; at: number; times: number };

const readOrder = (fields: Fields): Order => ({
  id: fields.text('id'),
  user: fields.text('user'),
  kind: fields.kind('kind', 'ORDER_KIND_'),
  provider: fields.kind('provider', 'PROVIDER_'),
  amount: fields.fen('amount'),
  destination: fields.text('destination'),
  state: fields.kind('state', 'ORDER_STATE_'),
  attempts: fields.number('attempts'),
  reference: fields.text('reference'),
  reason: fields.text('reason'),
  createdAt: fields.number('createdAtMs'),
  changedAt: fields.number('changedAtMs'),
  raised: fields.one('raised', (raised) => ({
    word: raised.kind('word', 'PROVIDER_WORD_'),
    amount: raised.fen('amount'),
    reference: raised.text('reference'),
    reason: raised.text('reason'),
    at: raised.number('atMs'),
    times: raised.number('times'),
  })),
});

export async function orders(api: Api, query: Query, after: string | undefined): Promise<PageOf<Order>> {
  const answer = await api.get('/v1/admin/orders', { ...query, after });
  return { rows: answer.list('orders', readOrder), next: answer.text('next') || undefined };
}

export async function order(api: Api, id: string): Promise<Order> {
  const answer = await api.get(`/v1/admin/orders/${id}`);
  return answer.one('order', readOrder) ?? readOrder(answer);
}
