import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LaiseeError } from '../../client/client';
import { FakeClient, user } from '../../client/testing/fake';
import { ErrorCode } from '../../client/wire';
import { leastSpinMs, openModel } from './openModel';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const client = () => new FakeClient(user('1', 'Me'));
const refuse = (code: number) => () => Promise.reject(new LaiseeError(code));

describe('opening a red packet', () => {
  it('shows no amount before the server said it, and spins no shorter than the eye can follow', async () => {
    const model = openModel(client(), '9', 'open');
    void model.open();
    expect(model.opening.value).toEqual({ step: 'opening' });
    await vi.advanceTimersByTimeAsync(leastSpinMs - 10);
    expect(model.opening.value).toEqual({ step: 'opening' });
    await vi.advanceTimersByTimeAsync(10);
    expect(model.opening.value).toEqual({ step: 'opened', amount: 888n, first: true });
  });

  it('adds no wait to a slow answer', async () => {
    const fake = client();
    fake.onOpen = () => new Promise((done) => setTimeout(() => done({ amount: 5n, first: true }), 2000));
    const model = openModel(fake, '9', 'open');
    void model.open();
    await vi.advanceTimersByTimeAsync(1999);
    expect(model.opening.value.step).toBe('opening');
    await vi.advanceTimersByTimeAsync(1);
    expect(model.opening.value.step).toBe('opened');
  });

  it('asks once, however often the seal is tapped', async () => {
    const fake = client();
    const model = openModel(fake, '9', 'open');
    void model.open();
    void model.open();
    await vi.advanceTimersByTimeAsync(leastSpinMs);
    void model.open();
    expect(fake.calls).toEqual([['openPacket', '9']]);
  });

  it('tells kindly who came too late, and lets a failure be tried again', async () => {
    const fake = client();
    for (const [code, step] of [
      [ErrorCode.PACKET_FINISHED, 'gone'],
      [ErrorCode.PACKET_EXPIRED, 'late'],
      [ErrorCode.PACKET_NOT_FOR_YOU, 'notForYou'],
      [ErrorCode.BUSY, 'failed'],
    ] as const) {
      fake.onOpen = refuse(code);
      const model = openModel(fake, '9', 'open');
      void model.open();
      await vi.advanceTimersByTimeAsync(leastSpinMs);
      expect(model.opening.value.step).toBe(step);
      if (step !== 'failed') continue;
      fake.onOpen = async () => ({ amount: 1n, first: true });
      void model.open();
      await vi.advanceTimersByTimeAsync(leastSpinMs);
      expect(model.opening.value).toEqual({ step: 'opened', amount: 1n, first: true });
    }
  });

  it('does not ask for what is known to be over', () => {
    expect(openModel(client(), '9', 'finished').opening.value).toEqual({ step: 'gone' });
    expect(openModel(client(), '9', 'expired').opening.value).toEqual({ step: 'late' });
  });
});
