import { type Role, roleOf } from '../session/rights';
import type { Api } from './api';
import type { Fields } from './fields';

export type OperatorRow = {
  id: string;
  name: string;
  role: Role;
  active: boolean;
  createdAt: number;
  /** After too many wrong guesses; past: not locked. */
  lockedUntil: number;
  sessions: number;
};

const readOperator = (fields: Fields): OperatorRow => ({
  id: fields.text('id'),
  name: fields.text('name'),
  role: roleOf(fields.kind('role', 'ROLE_')),
  active: fields.flag('active'),
  createdAt: fields.number('createdAtMs'),
  lockedUntil: fields.number('lockedUntilMs'),
  sessions: fields.number('sessions'),
});

export async function operators(api: Api): Promise<OperatorRow[]> {
  const answer = await api.get('/v1/admin/operators');
  return answer.list('operators', readOperator);
}

/** What an operator needs to sign in; it is shown once and kept nowhere. */
export type Secrets = { name: string; password: string; totp: string };

const readSecrets = (answer: Fields): Secrets => ({
  name: answer.one('operator', readOperator)?.name ?? '',
  password: answer.text('password'),
  totp: answer.text('totpUri'),
});

export async function addOperator(api: Api, name: string, role: Role, reason: string): Promise<Secrets> {
  return readSecrets(await api.post('/v1/admin/operators', { name, role: roleName(role), reason }));
}

/** A new password and a new second factor; ends a lock and all sessions. */
export async function resetOperator(api: Api, id: string, reason: string): Promise<Secrets> {
  return readSecrets(await api.post(`/v1/admin/operators/${id}/reset`, { reason }));
}

/** Role and state always go together: what is not changed is said again. */
export async function changeOperator(
  api: Api,
  of: OperatorRow,
  change: { role?: Role; active?: boolean },
  reason: string,
): Promise<void> {
  await api.put(`/v1/admin/operators/${of.id}`, {
    role: roleName(change.role ?? of.role),
    active: change.active ?? of.active,
    reason,
  });
}

const roleName = (role: Role) => `ROLE_${role.toUpperCase()}`;
