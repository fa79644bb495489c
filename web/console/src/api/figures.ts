import type { Api } from './api';
import type { Fields } from './fields';

/** One measurement of the whole server. */
export type Sample = {
  at: number;
  connections: number;
  requestsPerS: number;
  opensPerS: number;
  /** Notes that couriers have not seen answered. */
  courierWaiting: number;
  /** Facts in logs that the views do not have yet. */
  viewsWaiting: number;
  queued: number;
};

/** One shard as it is now. */
export type ShardFigures = {
  shard: number;
  ready: boolean;
  courierWaiting: number;
  viewsWaiting: number;
  queued: number;
  facts: number;
  /** Facts in one transaction, on average since the server started. */
  perAppend: number;
  starts: number;
};

export type Figures = { now: number; samples: Sample[]; shards: ShardFigures[] };

const readSample = (fields: Fields): Sample => ({
  at: fields.number('atMs'),
  connections: fields.number('connections'),
  requestsPerS: fields.number('requestsPerS'),
  opensPerS: fields.number('opensPerS'),
  courierWaiting: fields.number('courierWaiting'),
  viewsWaiting: fields.number('viewsWaiting'),
  queued: fields.number('queued'),
});

const readShard = (fields: Fields): ShardFigures => ({
  shard: fields.number('shard'),
  ready: fields.flag('ready'),
  courierWaiting: fields.number('courierWaiting'),
  viewsWaiting: fields.number('viewsWaiting'),
  queued: fields.number('queued'),
  facts: fields.number('facts'),
  perAppend: fields.number('facts') / Math.max(1, fields.number('appends')),
  starts: fields.number('starts'),
});

export async function figures(api: Api): Promise<Figures> {
  const answer = await api.get('/v1/admin/figures');
  return {
    now: answer.number('nowMs'),
    samples: answer.list('samples', readSample),
    shards: answer.list('shards', readShard),
  };
}
