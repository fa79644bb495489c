import { computed, signal } from '@preact/signals';
import { Api, type Fetch } from '../api/api';
import { me, type Operator, signIn, signOut } from '../api/signIn';
import type { Right } from './rights';

/* Goes with the tab: a console left open elsewhere is not a door. */
const key = 'laisee.console';

type Session = { operator: Operator; api: Api };

export const session = signal<Session | undefined>(undefined);
/** The server ended the session, as opposed to the operator. */
export const wasSignedOut = signal(false);

let fetcher: Fetch | undefined;

/** Where calls go instead of the network, for stories and tests. */
export function speakTo(fetch: Fetch): void {
  fetcher = fetch;
}

const apiFor = (token?: string) =>
  new Api(
    token,
    () => {
      wasSignedOut.value = true;
      forget();
    },
    fetcher,
  );

function forget(): void {
  sessionStorage.removeItem(key);
  session.value = undefined;
}

export async function enter(name: string, password: string, code: string): Promise<void> {
  const token = await signIn(apiFor(), name, password, code);
  const api = apiFor(token);
  const operator = await me(api);
  sessionStorage.setItem(key, token);
  wasSignedOut.value = false;
  session.value = { operator, api };
}

/** Goes on with the tab's session after a reload. */
export async function resume(): Promise<void> {
  const token = sessionStorage.getItem(key);
  if (!token) return;
  const api = apiFor(token);
  session.value = { operator: await me(api), api };
}

export async function leave(): Promise<void> {
  const api = session.peek()?.api;
  forget();
  if (api) await signOut(api).catch(() => undefined);
}

/** The calls of whoever is signed in; only screens behind the sign-in read it. */
export const api = computed<Api>(() => {
  if (!session.value) throw new Error('nobody is signed in');
  return session.value.api;
});

export const operator = computed<Operator>(() => {
  if (!session.value) throw new Error('nobody is signed in');
  return session.value.operator;
});

/** Whether the operator may do this, so that nothing is offered that would be refused. */
export const mayI = (right: Right): boolean => operator.value.may.has(right);
