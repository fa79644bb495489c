import type { Api, PageOf } from './api';
import type { Fields } from './fields';

export type User = { id: string; name: string; displayName: string; face: string; createdAt: number };
export type UserSession = { id: string; device: string; signedInAt: number; seenAt: number; online: boolean };
export type UserDetails = {
  user: User;
  level: number;
  suspendedUntil: number;
  suspensionReason: string;
  sessions: UserSession[];
};
export type Movement = {
  number: string;
  at: number;
  kind: string;
  amount: bigint;
  balance: bigint;
  packet: string;
  counterpart: string;
};
export type UserWallet = { balance: bigint; held: bigint };

export const readUser = (fields: Fields): User => ({
  id: fields.text('id'),
  name: fields.text('name'),
  displayName: fields.text('displayName'),
  face: fields.text('face'),
  createdAt: fields.number('createdAtMs'),
});

export async function findUsers(api: Api, text: string, after: string | undefined): Promise<PageOf<User>> {
  const answer = await api.get('/v1/admin/users', { q: text, after });
  return { rows: answer.list('users', readUser), next: answer.text('next') || undefined };
}

export async function userDetails(api: Api, id: string): Promise<UserDetails> {
  const answer = await api.get(`/v1/admin/users/${id}`);
  return {
    user: answer.one('user', readUser) ?? readUser(answer),
    level: answer.number('level'),
    suspendedUntil: answer.number('suspendedUntilMs'),
    suspensionReason: answer.text('suspensionReason'),
    sessions: answer.list('sessions', (session) => ({
      id: session.text('id'),
      device: session.text('device'),
      signedInAt: session.number('createdAtMs'),
      seenAt: session.number('seenAtMs'),
      online: session.flag('online'),
    })),
  };
}

export async function userWallet(api: Api, id: string): Promise<UserWallet> {
  const answer = await api.get(`/v1/admin/users/${id}/wallet`);
  return { balance: answer.fen('balance'), held: answer.fen('held') };
}

const readMovement = (fields: Fields): Movement => ({
  number: fields.text('number'),
  at: fields.number('atMs'),
  kind: fields.kind('kind', 'MOVEMENT_KIND_'),
  amount: fields.fen('amount'),
  balance: fields.fen('balance'),
  packet: fields.text('packet'),
  counterpart: fields.text('counterpart'),
});

export async function userStatement(api: Api, id: string, before: string | undefined): Promise<PageOf<Movement>> {
  const answer = await api.get(`/v1/admin/users/${id}/statement`, { before, limit: 50 });
  const rows = answer.list('movements', readMovement);
  return { rows, next: answer.flag('more') ? rows.at(-1)?.number : undefined };
}

/** How much an account may move in a day follows from its level. */
export async function setLevel(api: Api, id: string, level: number, reason: string): Promise<void> {
  await api.put(`/v1/admin/users/${id}/level`, { level, reason });
}
