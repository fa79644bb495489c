import type { Api, PageOf } from './api';
import type { Fields } from './fields';

export type User = { id: string; name: string; displayName: string; face: string; createdAt: number };
export type UserSession = { id: string; device: string; signedInAt: number; online: boolean };
export type UserDetails = {
  user: User;
  /** Until when red packets are suspended, and why; absent: they are not. */
  suspension: { reason: string; until: number } | undefined;
  sessions: UserSession[];
};
/** How well an account is known; its limits go by it. Rising. */
export const levels = ['NEW', 'ORDINARY', 'VERIFIED'] as const;
export type Level = (typeof levels)[number];
/** The most at once and in a day, and what of the day is left. */
export type Limit = { each: bigint; day: bigint; left: bigint };
export type UserWallet = {
  balance: bigint;
  /** Out of the wallet and not yet with the provider. */
  held: bigint;
  level: Level;
  send: Limit;
  topUp: Limit;
  withdraw: Limit;
  dayEnds: number;
};
export type Movement = {
  number: string;
  at: number;
  kind: string;
  amount: bigint;
  balance: bigint;
  packet: string;
  counterpart: string;
  /** The order to the provider, if it is one's movement; else 0. */
  order: string;
};

export const readUser = (fields: Fields): User => ({
  id: fields.text('id'),
  name: fields.text('name'),
  displayName: fields.text('displayName'),
  face: fields.text('face'),
  createdAt: fields.number('createdAtMs'),
});

/** By a whole name or an id. */
export async function findUsers(api: Api, text: string): Promise<PageOf<User>> {
  const answer = await api.get('/v1/admin/users', { q: text });
  return { rows: answer.list('users', readUser), next: undefined };
}

export async function userDetails(api: Api, id: string): Promise<UserDetails> {
  const answer = await api.get(`/v1/admin/users/${id}`);
  return {
    user: answer.one('user', readUser) ?? readUser(answer),
    suspension: answer.one('suspension', (suspension) => ({
      reason: suspension.kind('reason', 'SUSPENSION_REASON_'),
      until: suspension.number('untilMs'),
    })),
    sessions: answer.list('sessions', (session) => ({
      id: session.text('id'),
      device: session.text('device'),
      signedInAt: session.number('openedAtMs'),
      online: session.flag('online'),
    })),
  };
}

const none: Limit = { each: 0n, day: 0n, left: 0n };

export async function userWallet(api: Api, id: string): Promise<UserWallet> {
  const answer = await api.get(`/v1/admin/users/${id}/wallet`);
  const level = answer.kind('level', 'ACCOUNT_LEVEL_');
  const limit = (name: string) =>
    answer.one(name, (found) => ({ each: found.fen('each'), day: found.fen('day'), left: found.fen('left') })) ?? none;
  return {
    balance: answer.fen('balance'),
    held: answer.fen('held'),
    level: levels.find((one) => one === level) ?? 'NEW',
    send: limit('send'),
    topUp: limit('topUp'),
    withdraw: limit('withdraw'),
    dayEnds: answer.number('dayEndsMs'),
  };
}

/** Refused as SEQUENCE_STALE when the level is not `before` any more. */
export async function setLevel(api: Api, id: string, before: Level, level: Level, reason: string): Promise<void> {
  const name = (one: Level) => `ACCOUNT_LEVEL_${one}`;
  await api.put(`/v1/admin/users/${id}/level`, { before: name(before), level: name(level), reason });
}

const readMovement = (fields: Fields): Movement => ({
  number: fields.text('number'),
  at: fields.number('atMs'),
  kind: fields.kind('kind', 'MOVEMENT_KIND_'),
  amount: fields.fen('amount'),
  balance: fields.fen('balance'),
  packet: fields.text('packet'),
  counterpart: fields.text('counterpart'),
  order: fields.text('order'),
});

export async function userStatement(api: Api, id: string, before: string | undefined): Promise<PageOf<Movement>> {
  const answer = await api.get(`/v1/admin/users/${id}/statement`, { before, limit: 50 });
  const rows = answer.list('movements', readMovement);
  return { rows, next: answer.flag('more') ? rows.at(-1)?.number : undefined };
}
