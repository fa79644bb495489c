import type { Tone } from '../../ui/Tag';

export const differenceTones: Record<string, Tone> = {
  OPEN: 'warn',
  REPAIRED: 'good',
  RAISED: 'bad',
  CLOSED: 'calm',
  SETTLED: 'calm',
};
