import type { Api, PageOf, Query } from './api';
import type { Fields } from './fields';

/** What two accounts of the same thing disagree on, with its evidence. */
export type Difference = {
  id: string;
  kind: string;
  /** OPEN, REPAIRED, RAISED, CLOSED or SETTLED. */
  state: string;
  subject: string;
  user: string;
  shard: number;
  position: string;
  otherShard: number | undefined;
  otherPosition: string;
  at: number;
  foundAt: number;
  changedAt: number;
  expected: bigint;
  found: bigint;
  words: string;
  closedBy: string;
  closedReason: string;
  /** How often it came back after it was over. */
  returned: number;
};

const readDifference = (fields: Fields): Difference => ({
  id: fields.text('id'),
  kind: fields.text('kind'),
  state: fields.kind('state', 'DIFFERENCE_STATE_').toUpperCase(),
  subject: fields.text('subject'),
  user: fields.text('user'),
  shard: fields.number('shard'),
  position: fields.text('position'),
  otherShard: fields.has('otherShard') ? fields.number('otherShard') : undefined,
  otherPosition: fields.text('otherPosition'),
  at: fields.number('atMs'),
  foundAt: fields.number('foundAtMs'),
  changedAt: fields.number('changedAtMs'),
  expected: fields.fen('expected'),
  found: fields.fen('found'),
  words: fields.text('words'),
  closedBy: fields.text('closedBy'),
  closedReason: fields.text('closedReason'),
  returned: fields.number('returned'),
});

export async function differences(api: Api, query: Query, after: string | undefined): Promise<PageOf<Difference>> {
  const { state, kind, user, sort } = query;
  const asked = { state: String(state ?? '').toLowerCase(), kind, user, sort, after };
  const answer = await api.get('/v1/admin/reconciliation/differences', asked);
  return { rows: answer.list('differences', readDifference), next: answer.text('next') || undefined };
}

export async function difference(api: Api, id: string): Promise<Difference> {
  const answer = await api.get(`/v1/admin/reconciliation/differences/${encodeURIComponent(id)}`);
  return answer.one('difference', readDifference) ?? readDifference(answer);
}

export async function closeDifference(api: Api, id: string, reason: string): Promise<void> {
  await api.post(`/v1/admin/reconciliation/differences/${encodeURIComponent(id)}/close`, { reason });
}

/** How far the continuous comparison is behind each shard's log, in ms; `compared` is the newest fact's position. */
export type Behind = { shard: number; behindMs: number; compared: number };
/** One comparison of a closed day. */
export type Run = { day: string; at: number; compared: number; differences: number; waits: boolean; askedBy: string };
export type Runs = { shards: Behind[]; runs: Run[]; failure: string };

export async function runs(api: Api): Promise<Runs> {
  const answer = await api.get('/v1/admin/reconciliation/runs');
  return {
    shards: answer.list('shards', (shard) => ({
      shard: shard.number('shard'),
      behindMs: shard.number('behindMs'),
      compared: shard.number('compared'),
    })),
    runs: answer.list('runs', (run) => ({
      day: run.text('day'),
      at: run.number('atMs'),
      compared: run.number('compared'),
      differences: run.number('differences'),
      waits: run.flag('waits'),
      askedBy: run.text('askedBy'),
    })),
    failure: answer.text('failure'),
  };
}

export async function runDay(api: Api, day: string, reason: string): Promise<void> {
  await api.post('/v1/admin/reconciliation/runs', { day, reason });
}
