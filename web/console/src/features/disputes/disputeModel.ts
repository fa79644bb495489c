import type { Dispute } from '../../api/disputes';
import type { Tone } from '../../ui/Tag';

/** What state a dispute is in: still to decide, decided, or settled by the receiver before anybody decided. */
export function stateOf({
  outcome,
  status,
}: Pick<Dispute, 'outcome' | 'status'>): 'open' | 'returned' | 'released' | 'gone' {
  if (outcome === 'RETURNED') return 'returned';
  if (outcome === 'RELEASED') return 'released';
  return status === 'FROZEN' || status === '' ? 'open' : 'gone';
}

export const tones: Record<ReturnType<typeof stateOf>, Tone> = {
  open: 'warn',
  returned: 'calm',
  released: 'good',
  gone: 'calm',
};
