import type { Api } from './api';
import type { Fields } from './fields';

/** One measurement of the whole server. */
export type Sample = {
  at: number;
  connections: number;
  requestsPerS: number;
  opensPerS: number;
  /** Money between shards, in fen. */
  inTransit: bigint;
  courierLagMs: number;
  viewLagMs: number;
  queued: number;
};

/** One shard as it is now. */
export type ShardFigures = {
  shard: number;
  queued: number;
  courierLagMs: number;
  viewLagMs: number;
  inTransit: bigint;
};

export type Figures = { now: number; samples: Sample[]; shards: ShardFigures[] };

const readSample = (fields: Fields): Sample => ({
  at: fields.number('atMs'),
  connections: fields.number('connections'),
  requestsPerS: fields.number('requestsPerS'),
  opensPerS: fields.number('opensPerS'),
  inTransit: fields.fen('inTransit'),
  courierLagMs: fields.number('courierLagMs'),
  viewLagMs: fields.number('viewLagMs'),
  queued: fields.number('queued'),
});

export async function figures(api: Api): Promise<Figures> {
  const answer = await api.get('/v1/admin/figures');
  return {
    now: answer.number('nowMs'),
    samples: answer.list('samples', readSample),
    shards: answer.list('shards', (shard) => ({
      shard: shard.number('shard'),
      queued: shard.number('queued'),
      courierLagMs: shard.number('courierLagMs'),
      viewLagMs: shard.number('viewLagMs'),
      inTransit: shard.fen('inTransit'),
    })),
  };
}
