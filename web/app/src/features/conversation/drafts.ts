import { type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** What was begun and not sent, for each account and conversation, on this device only. */
const held = new Map<string, Signal<string>>();
const key = (account: string, conversation: string) => `laisee.draft.${account}.${conversation}`;

function slot(account: string, conversation: string): Signal<string> {
  const name = key(account, conversation);
  let found = held.get(name);
  if (!found) {
    found = signal(localStorage.getItem(name) ?? '');
    held.set(name, found);
  }
  return found;
}

export const draftOf = (account: string, conversation: string): ReadonlySignal<string> => slot(account, conversation);

export function keepDraft(account: string, conversation: string, text: string): void {
  slot(account, conversation).value = text;
  const name = key(account, conversation);
  if (text) localStorage.setItem(name, text);
  else localStorage.removeItem(name);
}

export function dropDrafts(account: string): void {
  const prefix = `laisee.draft.${account}.`;
  for (const name of Object.keys(localStorage)) if (name.startsWith(prefix)) localStorage.removeItem(name);
  for (const [name, one] of held) if (name.startsWith(prefix)) one.value = '';
}
