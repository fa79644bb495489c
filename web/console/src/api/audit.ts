import { dayStart } from '@laisee/app/day-start';
import type { Api, PageOf, Query } from './api';
import type { Fields } from './fields';

/** One deed of an operator. Rows follow from facts; none can be changed or removed. */
export type AuditRow = {
  id: string;
  at: number;
  by: string;
  byName: string;
  action: string;
  targetKind: string;
  target: string;
  reason: string;
  before: string;
  after: string;
};

const readAuditRow = (fields: Fields): AuditRow => ({
  id: `${fields.text('shard')}-${fields.text('position')}`,
  at: fields.number('atMs'),
  by: fields.text('by'),
  byName: fields.text('byName'),
  action: fields.text('action'),
  targetKind: fields.text('targetKind'),
  target: fields.text('target'),
  reason: fields.text('reason'),
  before: fields.text('before'),
  after: fields.text('after'),
});

export async function audit(api: Api, query: Query, after: string | undefined): Promise<PageOf<AuditRow>> {
  const { by, action, target, from, to } = query;
  const answer = await api.get('/v1/admin/audit', {
    by,
    action,
    target,
    fromMs: dayStart(from?.toString()),
    toMs: dayStart(to?.toString(), 1),
    after,
  });
  return { rows: answer.list('rows', readAuditRow), next: answer.text('next') || undefined };
}
