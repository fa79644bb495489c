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
export type Movement = {
  number: string;
  at: number;
  kind: string;
  amount: bigint;
  balance: bigint;
  packet: string;
  counterpart: string;
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

export async function balance(api: Api, id: string): Promise<bigint> {
  return (await api.get(`/v1/admin/users/${id}/wallet`)).fen('balance');
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
