import { type Role, roleOf } from '../session/rights';
import type { Api } from './api';
import type { Fields } from './fields';

export type Operator = { id: string; name: string; role: Role };

export const readOperator = (fields: Fields): Operator => ({
  id: fields.text('id'),
  name: fields.text('name'),
  role: roleOf(fields.kind('role', 'ROLE_')),
});

export async function signIn(api: Api, name: string, password: string, code: string) {
  const answer = await api.post('/v1/admin/sign-in', { name, password, code });
  return { token: answer.text('token'), operator: answer.one('operator', readOperator) ?? readOperator(answer) };
}

export async function me(api: Api): Promise<Operator> {
  const answer = await api.get('/v1/admin/me');
  return answer.one('operator', readOperator) ?? readOperator(answer);
}

export async function signOut(api: Api): Promise<void> {
  await api.post('/v1/admin/sign-out');
}
