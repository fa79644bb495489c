import { describe, expect, it } from 'vitest';
import { match } from './router';

describe('match', () => {
  it('fits whole paths and gives the named parts', () => {
    expect(match('/', '/')).toEqual({});
    expect(match('/c/:id', '/c/42')).toEqual({ id: '42' });
    expect(match('/c/:id', '/c/42/')).toEqual({ id: '42' });
    expect(match('/c/:id/details', '/c/42/details')).toEqual({ id: '42' });
    expect(match('/c/:id', '/c/')).toBeUndefined();
    expect(match('/c/:id', '/c/1/2')).toBeUndefined();
    expect(match('/wallet', '/me')).toBeUndefined();
  });
});
