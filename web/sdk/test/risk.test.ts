import { describe, expect, it } from 'vitest';
import { ErrorCode, PacketKind, SuspensionReason } from '../src/index.js';
import { Lab } from './lab.js';

const password = 'correct horse';
const pin = '135790';

/** Somebody with 100.00. */
async function rich() {
  const lab = new Lab();
  const { ada: user, bo, conversation } = lab.pair();
  lab.server.world.account(user).password = password;
  lab.server.topUp(user, 10_000n);
  const ada = await lab.device(user);
  const answer = async <T>(asking: Promise<T>, ms = 20): Promise<T> => {
    asking.catch(() => undefined);
    await lab.clock.advance(ms);
    return asking;
  };
  return { lab, user, bo, conversation, ada, answer };
}

describe('a suspension', () => {
  it('is told at once and after a break, and ended by code and PIN', async () => {
    const { lab, user, ada, answer } = await rich();
    const phone = await lab.device(user);
    const suspended = () => ada.client.store.risk.snapshot.suspension?.reason;
    ada.line.goDown();
    lab.server.suspend(user, SuspensionReason.OPENS, 60_000);
    await lab.clock.advance(20);
    expect(phone.client.store.risk.snapshot.suspension?.reason).toBe(SuspensionReason.OPENS);
    expect(suspended()).toBeUndefined();
    ada.line.comeUp();
    await lab.clock.until(() => suspended() === SuspensionReason.OPENS);

    await answer(ada.client.risk.requestCode());
    const code = phone.client.store.risk.snapshot.code?.code ?? '';
    expect(code).toMatch(/^\d{6}$/);
    const refused = (typed: string, with_: string | undefined) =>
      expect(answer(ada.client.risk.release(typed, with_))).rejects;
    await refused(code, undefined).toMatchObject({ code: ErrorCode.PIN_NOT_SET });
    await answer(ada.client.pin.set(pin, { password }));
    await refused(code, undefined).toMatchObject({ code: ErrorCode.PIN_REQUIRED });
    await refused(code, '135791').toMatchObject({ code: ErrorCode.PIN_WRONG });
    await refused('000000', pin).toMatchObject({ code: ErrorCode.RELEASE_FAILED, details: { triesLeft: 4 } });
    await answer(ada.client.risk.release(code, pin));
    expect(suspended()).toBeUndefined();
    expect(phone.client.store.risk.snapshot).toEqual({ suspension: undefined, code: undefined });
    // Once more, as after a lost answer: it is what was wanted.
    await answer(ada.client.risk.release(code, pin));
  });

  it('refuses packets, and says why and until when', async () => {
    const { lab, user, conversation, ada, answer } = await rich();
    lab.server.suspend(user, SuspensionReason.OPERATOR, 60_000, false);
    const form = { id: ada.client.newId(), conversation, kind: PacketKind.NAMED, amount: 100n, count: 1 };
    await expect(answer(ada.client.sendPacket(form))).rejects.toMatchObject({
      code: ErrorCode.RISK_SUSPENDED,
      details: { suspension: { reason: SuspensionReason.OPERATOR, selfRelease: false } },
    });
    await expect(answer(ada.client.risk.requestCode())).rejects.toMatchObject({ code: ErrorCode.RELEASE_FORBIDDEN });
    await lab.clock.advance(60_000);
    expect(await answer(ada.client.sendPacket(form))).toMatchObject({ balance: 9_900n });
  });
});
