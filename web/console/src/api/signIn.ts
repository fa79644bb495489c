import { type Role, roleOf } from '../session/rights';
import type { Api } from './api';
import { Fields } from './fields';

export type Operator = { id: string; name: string; role: Role; may: ReadonlySet<string> };

/** The token of a new session. A code is good once, whatever comes of it. */
export async function signIn(api: Api, name: string, password: string, code: string): Promise<string> {
  const answer = await api.post('/v1/admin/sign-in', { name, password, code, device: device() });
  return answer.text('token');
}

/** Who is signed in, and what its role may do. */
export async function me(api: Api): Promise<Operator> {
  const answer = await api.get('/v1/admin/me');
  const own = answer.one('operator', (fields) => fields) ?? Fields.of({});
  return {
    id: own.text('id'),
    name: own.text('name'),
    role: roleOf(own.kind('role', 'ROLE_')),
    may: new Set(answer.texts('permissions')),
  };
}

export async function signOut(api: Api): Promise<void> {
  await api.post('/v1/admin/sign-out');
}

/** All sessions end with it, this one too. */
export async function changePassword(api: Api, password: string, newPassword: string): Promise<void> {
  await api.post('/v1/admin/password', { password, newPassword });
}

/** "Chrome on Linux": enough to tell one's own sessions apart. */
function device(): string {
  const agent = navigator.userAgent;
  const browser = ['Firefox', 'Edg', 'Chrome', 'Safari'].find((name) => agent.includes(name)) ?? 'Browser';
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS', 'Linux'].find((name) => agent.includes(name)) ?? '';
  return `${browser.replace('Edg', 'Edge')}${system && ` on ${system}`}`;
}
