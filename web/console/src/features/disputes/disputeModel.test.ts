import { describe, expect, it } from 'vitest';
import { stateOf } from './disputeModel';

describe('a dispute', () => {
  it('is open while frozen, and else says how it ended', () => {
    expect(stateOf({ outcome: 'OPEN', status: 'FROZEN' })).toBe('open');
    expect(stateOf({ outcome: 'OPEN', status: 'RETURNED' })).toBe('gone');
    expect(stateOf({ outcome: 'RETURNED', status: 'RECALLED' })).toBe('returned');
    expect(stateOf({ outcome: 'RELEASED', status: 'ARRIVED' })).toBe('released');
  });
});
