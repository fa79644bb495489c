import { describe, expect, it } from 'vitest';
import { roleOf } from './rights';

describe('a role', () => {
  it('is found by its name in any case; a name nobody knows is the least', () => {
    expect(['ADMIN', 'finance', 'emperor', ''].map(roleOf)).toEqual(['admin', 'finance', 'viewer', 'viewer']);
  });
});
