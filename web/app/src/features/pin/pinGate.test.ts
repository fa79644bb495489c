import { describe, expect, it } from 'vitest';
import { LaiseeError } from '../../client/client';
import { ErrorCode } from '../../client/wire';
import { pinGate } from './pinGate';

/** A server that takes 246810 and locks after three wrong ones. */
function server({ set = true, needed = true } = {}) {
  const pins: (string | undefined)[] = [];
  let wrong = 0;
  const gate = pinGate(async (pin) => {
    pins.push(pin);
    if (!needed) return;
    if (!set) throw new LaiseeError(ErrorCode.PIN_NOT_SET);
    if (wrong >= 3) throw LaiseeError.refused(ErrorCode.PIN_LOCKED, { untilMs: 1_000n });
    if (pin === undefined) throw new LaiseeError(ErrorCode.PIN_REQUIRED);
    if (pin !== '246810') throw LaiseeError.refused(ErrorCode.PIN_WRONG, { triesLeft: 3 - ++wrong });
  });
  return { gate, pins };
}

describe('a payment that may need the PIN', () => {
  it('goes through without where none is asked for', async () => {
    const { gate, pins } = server({ needed: false });
    expect(await gate.start()).toBe(true);
    expect(gate.asking.value).toBeUndefined();
    expect(pins).toEqual([undefined]);
  });

  it('asks where the server says so, and does the same work with it', async () => {
    const { gate, pins } = server();
    expect(await gate.start()).toBe(false);
    expect(gate.asking.value).toEqual({ why: 'required' });
    expect(gate.problem.value).toBeUndefined();
    gate.typed.value = '246810';
    expect(await gate.enter('246810')).toBe(true);
    expect(gate.asking.value).toBeUndefined();
    expect(gate.typed.value).toBe('');
    expect(pins).toEqual([undefined, '246810']);
  });

  it('says how many tries are left, and until when it is locked', async () => {
    const { gate } = server();
    await gate.start();
    for (const triesLeft of [2, 1, 0]) {
      await gate.enter('111112');
      expect(gate.asking.value).toEqual({ why: 'wrong', triesLeft });
    }
    await gate.enter('246810');
    expect(gate.asking.value).toEqual({ why: 'locked', untilMs: 1_000 });
  });

  it('says that there is none yet, and tells other troubles apart', async () => {
    const { gate } = server({ set: false });
    await gate.start();
    expect(gate.asking.value).toEqual({ why: 'notSet' });
    gate.renewed();
    expect(gate.asking.value).toEqual({ why: 'required' });
    gate.cancel();
    expect(gate.asking.value).toBeUndefined();
    const poor = pinGate(() => Promise.reject(new LaiseeError(ErrorCode.INSUFFICIENT_FUNDS)));
    expect(await poor.start()).toBe(false);
    expect(poor.asking.value).toBeUndefined();
    expect(poor.problem.value).toMatchObject({ code: ErrorCode.INSUFFICIENT_FUNDS });
  });

  it('is done once, however often the last key is pressed', async () => {
    let begun = 0;
    const gate = pinGate(async () => {
      begun++;
    });
    await Promise.all([gate.enter('246810'), gate.enter('246810')]);
    expect(begun).toBe(1);
  });
});
