import { describe, expect, it } from 'vitest';
import { Direction, ErrorCode, MovementKind, OrderStatus } from '../src/index.js';
import { asked, Lab } from './lab.js';

const pin = '246810';
const password = 'correct horse';

/** Somebody with 100.00 and two devices. */
async function rich() {
  const lab = new Lab();
  const { ada: user } = lab.people('ada');
  lab.server.world.account(user).password = password;
  lab.server.topUp(user, 10_000n);
  const ada = await lab.device(user);
  const answer = async <T>(asking: Promise<T>, ms = 20): Promise<T> => {
    asking.catch(() => undefined);
    await lab.clock.advance(ms);
    return asking;
  };
  return { lab, user, ada, answer };
}

describe('the payment PIN', () => {
  it('is set with the password, changed with itself, and stands in the store', async () => {
    const { ada, answer } = await rich();
    await answer(ada.client.refreshBalance());
    expect(ada.client.store.wallet.snapshot.account?.pin?.set).toBe(false);
    await answer(ada.client.pin.set(pin, { password }));
    expect(ada.client.store.wallet.snapshot.account?.pin?.set).toBe(true);
    await expect(answer(ada.client.pin.set('112233', { currentPin: '999990' }))).rejects.toMatchObject({
      code: ErrorCode.PIN_WRONG,
      details: { triesLeft: 4 },
    });
    await answer(ada.client.pin.set('112233', { currentPin: pin }));
  });

  it('locks after wrong ones, and says until when', async () => {
    const { lab, ada, answer } = await rich();
    await answer(ada.client.pin.set(pin, { password }));
    const form = { id: ada.client.newId(), amount: 100n, destination: 'bank' };
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      await expect(answer(ada.client.orders.withdraw({ ...form, pin: '999990' }))).rejects.toMatchObject({
        details: { triesLeft },
      });
    }
    await expect(answer(ada.client.orders.withdraw({ ...form, pin }))).rejects.toMatchObject({
      code: ErrorCode.PIN_LOCKED,
      details: { untilMs: expect.any(BigInt) },
    });
    await lab.clock.advance(1_800_000);
    expect(await answer(ada.client.orders.withdraw({ ...form, pin }))).toMatchObject({ amount: 100n });
  });
});

describe('a withdrawal', () => {
  it('holds the money until the provider has spoken, and follows what becomes of it', async () => {
    const { lab, ada, answer } = await rich();
    await answer(ada.client.pin.set(pin, { password }));
    await answer(ada.client.refreshBalance());
    const form = { id: ada.client.newId(), amount: 3_000n, destination: 'bank', pin };
    const { order, balance } = await answer(ada.client.orders.withdraw(form));
    expect(balance).toBe(7_000n);
    expect(ada.client.store.wallet.snapshot.account?.held).toBe(3_000n);
    lab.server.settleOrder(order, OrderStatus.UNKNOWN);
    await lab.clock.advance(20);
    expect(ada.client.store.orders.snapshot.get(order)?.status).toBe(OrderStatus.UNKNOWN);
    lab.server.settleOrder(order, OrderStatus.FAILED, 'account closed');
    await lab.clock.advance(50);
    expect(ada.client.store.orders.snapshot.get(order)).toMatchObject({ reason: 'account closed' });
    expect(ada.client.store.wallet.snapshot).toMatchObject({ balance: 10_000n, account: { held: 0n } });
    const { orders } = await answer(ada.client.orders.list());
    expect(orders.map(({ status }) => status)).toEqual([OrderStatus.FAILED]);
  });

  it('shows what is left before the movement is told of', async () => {
    const { ada, answer } = await rich();
    await answer(ada.client.pin.set(pin, { password }));
    ada.line.fate = ({ frame }) => (frame.body.case === 'balanceNotice' ? 'drop' : 'pass');
    const form = { id: ada.client.newId(), amount: 3_000n, destination: 'bank', pin };
    await answer(ada.client.orders.withdraw(form));
    expect(ada.client.store.wallet.snapshot.balance).toBe(7_000n);
  });

  it('whose answer is lost is ordered once (W2)', async () => {
    const { lab, ada, answer } = await rich();
    await answer(ada.client.pin.set(pin, { password }));
    let lost = 0;
    ada.line.fate = ({ way, frame }) =>
      way === 'down' && frame.body.case === 'withdrawn' && lost++ === 0 ? 'drop' : 'pass';
    const form = { id: ada.client.newId(), amount: 3_000n, destination: 'bank', pin };
    await answer(ada.client.orders.withdraw(form), 30_000);
    expect(asked(ada, 'withdraw')).toHaveLength(2);
    expect(lab.server.world.orders.size).toBe(1);
  });
});

describe('the statement', () => {
  it('leaves out what was not asked for', async () => {
    const { ada, answer } = await rich();
    await answer(ada.client.pin.set(pin, { password }));
    const form = { id: ada.client.newId(), amount: 3_000n, destination: 'my bank', pin };
    await answer(ada.client.orders.withdraw(form));
    const amounts = async (filter: Parameters<typeof ada.client.statement>[2]) =>
      (await answer(ada.client.statement('0', 10, filter))).movements.map(({ amount }) => amount);
    expect(await amounts({})).toEqual([-3_000n, 10_000n]);
    expect(await amounts({ kinds: [MovementKind.TOP_UP] })).toEqual([10_000n]);
    expect(await amounts({ direction: Direction.OUT })).toEqual([-3_000n]);
    expect(await amounts({ amountMin: 3_001n })).toEqual([10_000n]);
    expect(await amounts({ search: 'bank' })).toEqual([-3_000n]);
  });
});
