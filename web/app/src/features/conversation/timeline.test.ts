import { describe, expect, it } from 'vitest';
import type { ShownMessage } from '../../client/client';
import { timeline } from './timeline';

const noon = new Date(2026, 0, 20, 12, 0, 0).getTime();

function text(seq: number, sender: string, minute: number): ShownMessage {
  return {
    key: `m${seq}`,
    seq,
    sender,
    mine: sender === 'me',
    atMs: noon + minute * 60_000,
    content: { kind: { case: 'text', value: { text: `${seq}` } } } as ShownMessage['content'],
    delivery: undefined,
    failure: undefined,
  };
}

describe('timeline', () => {
  it('joins what one sender writes within minutes', () => {
    const lines = timeline([text(1, 'a', 0), text(2, 'a', 1), text(3, 'me', 2), text(4, 'a', 3)], undefined);
    expect(lines.map((line) => [line.first, line.last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it('shows a moment at the start and after a pause', () => {
    const lines = timeline([text(1, 'a', 0), text(2, 'a', 5), text(3, 'a', 30)], undefined);
    expect(lines.map((line) => line.heading !== undefined)).toEqual([true, false, true]);
  });

  it('draws one divider above the first unread message of others', () => {
    const lines = timeline([text(1, 'a', 0), text(2, 'me', 1), text(3, 'a', 2), text(4, 'a', 3)], 2);
    expect(lines.map((line) => line.divider)).toEqual([false, false, true, false]);
  });

  it('draws none where everything was read', () => {
    const lines = timeline([text(1, 'a', 0), text(2, 'a', 1)], 2);
    expect(lines.some((line) => line.divider)).toBe(false);
  });
});
