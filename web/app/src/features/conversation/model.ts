import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Client, ShownMessage } from '../../client/client';
import type { Conversation } from '../../client/wire';
import { action } from '../../ui/action';
import { draftOf, keepDraft } from './drafts';
import { type Line, timeline } from './timeline';

export const longest = 4000;

/** One open conversation: what is shown, and what can be done. Ends with `stop`. */
export type ConversationModel = {
  readonly id: string;
  readonly conversation: ReadonlySignal<Conversation | undefined>;
  readonly lines: ReadonlySignal<readonly Line[]>;
  readonly hasOlder: ReadonlySignal<boolean>;
  readonly loadingOlder: ReadonlySignal<boolean>;
  /** Why earlier messages did not come. */
  readonly olderProblem: ReadonlySignal<unknown>;
  /** Messages of others that came below while reading further up. */
  readonly below: ReadonlySignal<number>;
  readonly draft: ReadonlySignal<string>;
  readonly tooLongBy: ReadonlySignal<number>;
  readonly canSend: ReadonlySignal<boolean>;
  readonly replyTo: ReadonlySignal<ShownMessage | undefined>;
  write: (text: string) => void;
  /** Sends the draft; false where there is nothing to send. */
  send: () => boolean;
  retry: (key: string) => void;
  /** Throws a failed message away. */
  discard: (key: string) => void;
  reply: (message: ShownMessage | undefined) => void;
  loadOlder: () => Promise<void>;
  /** The view tells whether the newest message is in sight. */
  seeingEnd: (seeing: boolean) => void;
  bySeq: (seq: number) => ShownMessage | undefined;
  stop: () => void;
};

export function openConversation(client: Client, id: string): ConversationModel {
  const account = client.me.value.id;
  const conversation = computed(() => client.conversation(id));
  const messages = computed(() => client.messages(id));
  const atOpening = client.conversation(id);
  const newAfter = signal(atOpening && atOpening.unread > 0 ? atOpening.read : undefined);
  const lines = computed(() => timeline(messages.value, newAfter.value));
  const replyTo = signal<ShownMessage | undefined>(undefined);
  const seeing = signal(false);
  const seenThrough = signal(atOpening?.read ?? 0);
  const draft = draftOf(account, id);

  const newest = computed(() => {
    let seq = 0;
    for (const one of messages.value) if (one.seq > seq) seq = one.seq;
    return seq;
  });
  const below = computed(() => messages.value.filter((one) => !one.mine && one.seq > seenThrough.value).length);

  const stopReading = effect(() => {
    const through = newest.value;
    if (!seeing.value || through === 0) return;
    if (through > seenThrough.peek()) seenThrough.value = through;
    const now = client.conversation(id);
    if (now?.member && (now.unread > 0 || now.read < through)) client.markRead(id, through);
  });

  const older = action(() => client.loadOlder(id));
  const length = computed(() => [...draft.value.trim()].length);

  return {
    id,
    conversation,
    lines,
    hasOlder: computed(() => client.hasOlder(id)),
    loadingOlder: older.busy,
    olderProblem: older.problem,
    below,
    draft,
    tooLongBy: computed(() => Math.max(0, length.value - longest)),
    canSend: computed(() => length.value > 0 && length.value <= longest && conversation.value?.member === true),
    replyTo,
    write: (text) => keepDraft(account, id, text),
    send() {
      const text = draft.value.trim();
      const size = [...text].length;
      if (size === 0 || size > longest || conversation.value?.member !== true) return false;
      const answered = replyTo.value;
      client.sendText(id, text, answered?.seq ? { replyTo: answered.seq } : {});
      keepDraft(account, id, '');
      replyTo.value = undefined;
      newAfter.value = undefined;
      return true;
    },
    retry: (key) => client.retry(key),
    discard: (key) => client.discard(key),
    reply: (message) => {
      replyTo.value = message;
    },
    async loadOlder() {
      if (client.hasOlder(id)) await older.run();
    },
    seeingEnd: (now) => {
      seeing.value = now;
    },
    bySeq: (seq) => messages.value.find((one) => one.seq === seq),
    stop: stopReading,
  };
}
