import type { Tone } from '../../ui/Tag';

/** An order in the state "unknown" is asked about before anything is repeated; one that stays there deserves a look. */
export const orderTones: Record<string, Tone> = {
  CREATED: 'calm',
  UNKNOWN: 'warn',
  SUBMITTED: 'calm',
  SUCCEEDED: 'good',
  FAILED: 'bad',
  RETURNED: 'warn',
};
