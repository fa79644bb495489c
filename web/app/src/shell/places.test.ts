import { describe, expect, it } from 'vitest';
import { depthOf, placeOf } from './places';

describe('placeOf', () => {
  it('knows every address', () => {
    expect(placeOf('/')).toEqual({ tab: 'chats', at: 'list' });
    expect(placeOf('/c/12')).toEqual({ tab: 'chats', at: 'conversation', id: '12' });
    expect(placeOf('/c/12/details')).toEqual({ tab: 'chats', at: 'details', id: '12' });
    expect(placeOf('/c/12/p/34')).toEqual({ tab: 'chats', at: 'packet', id: '12', packet: '34' });
    expect(placeOf('/wallet/')).toEqual({ tab: 'discover', at: 'wallet' });
    expect(placeOf('/wallet/p/34')).toEqual({ tab: 'discover', at: 'walletPacket', packet: '34' });
    expect(placeOf('/contacts/add')).toEqual({ tab: 'contacts', at: 'add' });
    expect(placeOf('/contacts/7')).toEqual({ tab: 'contacts', at: 'person', id: '7' });
    expect(placeOf('/nowhere')).toBeUndefined();
  });

  it('says which column a phone shows', () => {
    const depth = (path: string) => {
      const place = placeOf(path);
      return place && depthOf(place);
    };
    expect(depth('/')).toBe('list');
    expect(depth('/c/1')).toBe('main');
    expect(depth('/c/1/details')).toBe('details');
  });
});
