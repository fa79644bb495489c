import { create } from '@bufbuild/protobuf';
import { IndexedDbStorage, LaiseeClient, type SignedIn, UserSchema } from '@laisee/sdk';
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { bind } from '../client/bind';
import type { Client } from '../client/client';
import type { User } from '../client/wire';
import type { Door } from '../features/account';
import { dropDrafts } from '../features/conversation';
import { currentPath, navigate } from '../router/router';

type Account = { readonly token: string; readonly user: User };
type Live = { readonly client: Client; readonly sdk: LaiseeClient; readonly end: () => void };

const key = 'laisee.account';
const addresses = [location.origin];
const live = signal<Live | undefined>(undefined);
const closed = signal(false);

/** The client of whoever is signed in here; undefined: nobody is. */
export const session: ReadonlySignal<Client | undefined> = computed(() => live.value?.client);

/** True after the session was ended from elsewhere, until somebody signs in. */
export const wasSignedOut: ReadonlySignal<boolean> = closed;

function stored(): Account | undefined {
  try {
    const { token, id, name, displayName, face } = JSON.parse(localStorage.getItem(key) ?? '');
    return { token, user: create(UserSchema, { id, name, displayName, face }) };
  } catch {
    return undefined;
  }
}

function keep({ token, user: { id, name, displayName, face } }: Account): void {
  localStorage.setItem(key, JSON.stringify({ token, id, name, displayName, face }));
}

function enter(account: Account): void {
  const { token, user } = account;
  const storage = new IndexedDbStorage(`laisee.${user.id}`);
  const sdk = new LaiseeClient({ addresses, token, name: `web ${__VERSION__}`, storage });
  const client = bind(sdk, user);
  const came = () => sdk.networkChanged(true);
  const went = () => sdk.networkChanged(false);
  const seen = () => document.visibilityState === 'visible' && came();
  addEventListener('online', came);
  addEventListener('offline', went);
  document.addEventListener('visibilitychange', seen);
  const stopEnding = sdk.on('signed-out', () => void leave(true));
  // The profile may be changed on another device: the next start shows the newest name at once.
  const stopKeeping = effect(() => {
    if (client.me.value !== user) keep({ token, user: client.me.value });
  });
  const end = () => {
    stopEnding();
    stopKeeping();
    removeEventListener('online', came);
    removeEventListener('offline', went);
    document.removeEventListener('visibilitychange', seen);
  };
  batch(() => {
    closed.value = false;
    live.value = { client, sdk, end };
  });
  void sdk.start();
}

/** Ends the session and forgets what was kept of it. */
async function leave(fromElsewhere: boolean): Promise<void> {
  const leaving = live.value;
  if (!leaving) return;
  leaving.end();
  await leaving.sdk.signOut();
  leaving.client.close();
  dropDrafts(leaving.client.me.value.id);
  localStorage.removeItem(key);
  batch(() => {
    closed.value = fromElsewhere;
    live.value = undefined;
  });
  navigate('/sign-in', { replace: true });
}

export const signOut = (): Promise<void> => leave(false);

function entered({ token, user }: SignedIn): void {
  if (!user) return;
  keep({ token, user });
  enter({ token, user });
  if (currentPath.value.startsWith('/sign-')) navigate('/', { replace: true });
}

const loadDoor = () => import('../client/door');

export const door: Door = {
  signIn: async (...form) => entered(await (await loadDoor()).openSession(...form)),
  signUp: async (...form) => entered(await (await loadDoor()).openAccount(...form)),
};

/** Goes on where this browser left off. */
export function resume(): void {
  const account = stored();
  if (account) enter(account);
}
