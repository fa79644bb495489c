import { create } from '@bufbuild/protobuf';
import { ErrorCode, type Suspension, type SuspensionReason, SuspensionSchema } from '../protocol.js';
import type { Handlers } from './handlers.js';
import { checkPin } from './payments.js';
import { Refused, type World } from './world.js';

const CODE_MS = 300_000n;
const TRIES = 5;

export const risk: Handlers = {
  getRisk({ world, user }) {
    const suspension = suspensionOf(world, user);
    return { ...(suspension ? { suspension } : {}), codesLeft: 3 };
  },

  requestReleaseCode({ world, user }) {
    const account = world.account(user);
    const suspension = suspensionOf(world, user);
    if (!suspension) throw new Refused(ErrorCode.NOT_SUSPENDED);
    if (!suspension.selfRelease) throw new Refused(ErrorCode.RELEASE_FORBIDDEN);
    const code = String(100_000 + ((Number(world.newId()) * 7919) % 900_000));
    account.releaseCode = { code, expiresAtMs: world.now() + CODE_MS, tries: TRIES };
    world.push(user, { case: 'releaseCodeNotice', value: { code, expiresAtMs: account.releaseCode.expiresAtMs } });
    return { expiresAtMs: account.releaseCode.expiresAtMs, codesLeft: 2 };
  },

  releaseSuspension({ world, user }, { code, pin }) {
    const account = world.account(user);
    if (!suspensionOf(world, user)) throw new Refused(ErrorCode.NOT_SUSPENDED);
    const good = account.releaseCode;
    if (!good || good.tries === 0 || world.now() >= good.expiresAtMs) throw new Refused(ErrorCode.NO_RELEASE_CODE);
    checkPin(world, user, pin);
    if (code !== good.code) {
      good.tries--;
      throw new Refused(ErrorCode.RELEASE_FAILED, 0, { triesLeft: good.tries });
    }
    account.suspension = undefined;
    account.releaseCode = undefined;
    world.push(user, { case: 'suspensionNotice', value: {} });
    return {};
  },
};

/** A rule of the server, or somebody who runs it, takes the red-packet function away. */
export function suspend(world: World, user: string, reason: SuspensionReason, ms: number, selfRelease = true): void {
  const sinceMs = world.now();
  const suspension = create(SuspensionSchema, { reason, sinceMs, untilMs: sinceMs + BigInt(ms), selfRelease });
  world.account(user).suspension = suspension;
  world.push(user, { case: 'suspensionNotice', value: { suspension } });
}

/** Refuses what a suspended account may not do. */
export function checkSuspension(world: World, user: string): void {
  const suspension = suspensionOf(world, user);
  if (suspension) throw new Refused(ErrorCode.RISK_SUSPENDED, 0, { suspension });
}

function suspensionOf(world: World, user: string): Suspension | undefined {
  const { suspension } = world.account(user);
  return suspension && world.now() < suspension.untilMs ? suspension : undefined;
}
