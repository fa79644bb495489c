import { describe, expect, it } from 'vitest';
import { held, Lab, texts, unread } from './lab.js';

describe('two people', () => {
  it('see each other write, and how far it came (M1, M3, M5, M8)', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    const bo = await lab.device(people.bo);
    const key = ada.client.sendText(conversation, 'hello');
    expect(held(ada, conversation).at(-1)).toMatchObject({ key, delivery: 'sending', seq: 0 });
    await lab.clock.advance(10);
    expect(held(ada, conversation).at(-1)).toMatchObject({ key, delivery: 'sent', seq: 2 });
    expect(texts(bo, conversation)).toEqual(['<note>', 'hello']);
    expect(unread(bo, conversation)).toBe(2);
    await lab.clock.advance(1_000);
    expect(held(ada, conversation).at(-1)).toMatchObject({ delivery: 'delivered' });
    bo.client.markRead(conversation);
    expect(unread(bo, conversation)).toBe(0);
    await lab.clock.advance(10);
    expect(held(ada, conversation).at(-1)).toMatchObject({ key, delivery: 'read' });
  });
});
