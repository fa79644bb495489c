import { create } from '@bufbuild/protobuf';
import { AccountLevel, ErrorCode, MovementKind, type Order, OrderKind, OrderSchema, OrderStatus } from '../protocol.js';
import type { Handlers } from './handlers.js';
import { move } from './money.js';
import { type FakeAccount, Refused, type World } from './world.js';

const TRIES = 5;
const LOCKOUT_MS = 1_800_000;
const LIMIT = { each: 5_000_000n, day: 50_000_000n, left: 50_000_000n };

/** Wallet, payment PIN and orders to a provider that answers when a test says so. */
export const payments: Handlers = {
  getWallet({ world, user }) {
    const account = world.account(user);
    const { balance, held } = account;
    return {
      ...{ balance, held, level: AccountLevel.NEW, pin: pinOf(world, account) },
      ...{ pinRequiredFrom: world.pinRequiredFrom, send: LIMIT, topUp: LIMIT, withdraw: LIMIT },
      dayEndsMs: world.now() + 86_400_000n,
    };
  },

  getPin({ world, user }) {
    return pinOf(world, world.account(user));
  },

  setPin({ world, user }, { pin, currentPin, password }) {
    const account = world.account(user);
    if (!/^\d{6}$/.test(pin)) throw new Refused(ErrorCode.PIN_INVALID);
    if (password) {
      if (password !== account.password) throw new Refused(ErrorCode.PASSWORD_WRONG, 0, { triesLeft: TRIES });
    } else checkPin(world, user, currentPin);
    account.pin = pin;
    account.wrongPins = 0;
    return pinOf(world, account);
  },

  withdraw({ world, user }, { id, amount, destination, pin }) {
    return world.once(`${user}/${id}`, `${amount} ${destination}`, ErrorCode.ID_REUSED, () => {
      const account = world.account(user);
      if (amount <= 0n) throw new Refused(ErrorCode.AMOUNT_INVALID);
      if (destination.length < 1) throw new Refused(ErrorCode.DESTINATION_INVALID);
      checkPin(world, user, pin);
      if (account.balance < amount) throw new Refused(ErrorCode.INSUFFICIENT_FUNDS);
      const order = newOrder(world, user, OrderKind.WITHDRAWAL, amount, destination);
      account.held += amount;
      const balance = move(world, user, MovementKind.WITHDRAWAL, -amount, { order: order.id, note: destination });
      return { amount, balance, order: order.id, status: order.status };
    });
  },

  getOrder({ world, user }, { order: id }) {
    const found = world.orders.get(id);
    if (found?.user !== user) throw new Refused(ErrorCode.NO_SUCH_ORDER);
    return found.order;
  },

  listOrders({ world, user }, { before, limit }) {
    const mine = [...world.orders.values()].filter((one) => one.user === user).map(({ order }) => order);
    const rest = mine.reverse().filter(({ id }) => before === '0' || before === '' || BigInt(id) < BigInt(before));
    const orders = rest.slice(0, limit || 50);
    return { orders, more: rest.length > orders.length };
  },
};

/** Refuses what should have been paid with the PIN and was not. */
export function checkPin(world: World, user: string, pin: string): void {
  const account = world.account(user);
  if (account.pin === undefined) throw new Refused(ErrorCode.PIN_NOT_SET);
  if (world.now() < account.lockedUntilMs)
    throw new Refused(ErrorCode.PIN_LOCKED, 0, { untilMs: account.lockedUntilMs });
  if (pin === '') throw new Refused(ErrorCode.PIN_REQUIRED);
  if (pin === account.pin) {
    account.wrongPins = 0;
    return;
  }
  account.wrongPins++;
  const triesLeft = TRIES - account.wrongPins;
  if (triesLeft === 0) {
    account.wrongPins = 0;
    account.lockedUntilMs = world.now() + BigInt(LOCKOUT_MS);
  }
  throw new Refused(ErrorCode.PIN_WRONG, 0, { triesLeft });
}

/** What the provider says of an order. */
export function settle(world: World, id: string, status: OrderStatus, reason = ''): void {
  const found = world.orders.get(id);
  if (!found) throw new RangeError(`no order ${id}`);
  const { order, user } = found;
  const held = order.kind === OrderKind.WITHDRAWAL && status >= OrderStatus.SUCCEEDED;
  if (held) world.account(user).held -= order.amount;
  if (held && status !== OrderStatus.SUCCEEDED) {
    move(world, user, MovementKind.WITHDRAWAL_RETURNED, order.amount, { order: id });
  }
  found.order = { ...order, status, reason, changedAtMs: world.now() };
  world.push(user, { case: 'orderNotice', value: { order: found.order } });
}

function pinOf(world: World, { pin, wrongPins, lockedUntilMs }: FakeAccount) {
  const locked = world.now() < lockedUntilMs;
  return { set: pin !== undefined, triesLeft: TRIES - wrongPins, lockedUntilMs: locked ? lockedUntilMs : 0n };
}

function newOrder(world: World, user: string, kind: OrderKind, amount: bigint, destination: string): Order {
  const [id, atMs] = [world.newId(), world.now()];
  const status = OrderStatus.SUBMITTED;
  const order = create(OrderSchema, { id, kind, status, amount, destination, createdAtMs: atMs, changedAtMs: atMs });
  world.orders.set(id, { order, user });
  return order;
}
