import { describe, expect, it } from 'vitest';
import { least, may, type Right, roleOf, roles } from './rights';

describe('rights', () => {
  it('only grow from role to role, and the admin has all', () => {
    for (const right of Object.keys(least) as Right[]) {
      const allowed = roles.map((role) => may(role, right));
      expect(allowed, right).toEqual([...allowed].sort());
      expect(may('admin', right), right).toBe(true);
    }
  });

  it('offer the least to a role nobody knows', () => {
    expect([roleOf('ADMIN'), roleOf('finance'), roleOf('emperor'), roleOf('')]).toEqual([
      'admin',
      'finance',
      'viewer',
      'viewer',
    ]);
  });
});
