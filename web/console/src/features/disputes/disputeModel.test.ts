import { describe, expect, it } from 'vitest';
import { stateOf } from './disputeModel';

describe('a dispute', () => {
  it('is open until it has ended, and then says how it ended', () => {
    expect(stateOf({ outcome: 'OPEN', state: 'OPEN' })).toBe('open');
    expect(stateOf({ outcome: 'OPEN', state: 'ENDED' })).toBe('gone');
    expect(stateOf({ outcome: 'RETURNED', state: 'ENDED' })).toBe('returned');
    expect(stateOf({ outcome: 'RELEASED', state: 'ENDED' })).toBe('released');
  });
});
