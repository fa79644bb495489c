import type { Role } from '../session/rights';
import type { Api } from './api';
import { type Operator, readOperator } from './signIn';

export type OperatorRow = Operator & { disabled: boolean; createdAt: number };

export async function operators(api: Api): Promise<OperatorRow[]> {
  const answer = await api.get('/v1/admin/operators');
  return answer.list('operators', (fields) => ({
    ...readOperator(fields),
    disabled: !fields.flag('active'),
    createdAt: fields.number('createdAtMs'),
  }));
}

/** What a new operator needs to sign in for the first time; it is shown once and kept nowhere. */
export type Welcome = { name: string; password: string; totp: string };

export async function addOperator(api: Api, name: string, role: Role, reason: string): Promise<Welcome> {
  const answer = await api.post('/v1/admin/operators', { name, role: `ROLE_${role.toUpperCase()}`, reason });
  return { name, password: answer.text('password'), totp: answer.text('totpUri') };
}

/** Role and state always go together: what is not changed is said again. */
export async function setOperator(
  api: Api,
  of: OperatorRow,
  change: { role?: Role; disabled?: boolean },
  reason: string,
): Promise<void> {
  await api.put(`/v1/admin/operators/${of.id}`, {
    role: `ROLE_${(change.role ?? of.role).toUpperCase()}`,
    active: !(change.disabled ?? of.disabled),
    reason,
  });
}
