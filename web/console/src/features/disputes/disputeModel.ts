import type { Dispute } from '../../api/disputes';
import type { Tone } from '../../ui/Tag';

/** What state a dispute is in: still to decide, decided, or settled by the receiver before anybody decided. */
export function stateOf({
  outcome,
  state,
}: Pick<Dispute, 'outcome' | 'state'>): 'open' | 'returned' | 'released' | 'gone' {
  if (outcome === 'RETURNED') return 'returned';
  if (outcome === 'RELEASED') return 'released';
  return state === 'ENDED' ? 'gone' : 'open';
}

export const tones: Record<ReturnType<typeof stateOf>, Tone> = {
  open: 'warn',
  returned: 'calm',
  released: 'good',
  gone: 'calm',
};
