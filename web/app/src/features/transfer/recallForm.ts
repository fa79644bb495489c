import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Client } from '../../client/client';
import { type Action, action } from '../../ui/action';

export const longestReason = 500;
export const mostFiles = 9;
export const fileTypes = 'image/jpeg,image/png,image/webp,application/pdf';

export type Evidence = {
  readonly key: number;
  readonly name: string;
  /** To look at before it is sent; undefined: not a picture. */
  readonly picture: string | undefined;
  /** From 0 to 1. */
  readonly part: ReadonlySignal<number>;
  /** Once it is uploaded. */
  readonly id: ReadonlySignal<string | undefined>;
  readonly problem: ReadonlySignal<unknown>;
};

export type RecallForm = {
  readonly reason: Signal<string>;
  readonly left: ReadonlySignal<number>;
  readonly files: ReadonlySignal<readonly Evidence[]>;
  readonly ready: ReadonlySignal<boolean>;
  readonly submit: Action<[]>;
  add: (files: readonly File[]) => void;
  again: (file: Evidence) => void;
  remove: (file: Evidence) => void;
  /** Lets go of what is held for previews, and stops what is under way. */
  end: () => void;
};

/** A reason and files that bear it out. Files are uploaded as soon as they are chosen, each by itself. */
export function recallForm(client: Pick<Client, 'files' | 'transfers'>, transfer: string): RecallForm {
  const reason = signal('');
  const files = signal<readonly Evidence[]>([]);
  const uploads = new Map<number, { file: File; start: () => void; cut: () => void }>();
  let next = 1;

  const take = (file: File): Evidence => {
    const key = next++;
    const part = signal(0);
    const id = signal<string | undefined>(undefined);
    const problem = signal<unknown>(undefined);
    let cut = new AbortController();
    const start = () => {
      cut = new AbortController();
      part.value = 0;
      problem.value = undefined;
      const { signal: stop } = cut;
      const onProgress = (now: number) => {
        part.value = now;
      };
      client.files.upload(file, file.name, { onProgress, signal: stop }).then(
        (uploaded) => {
          part.value = 1;
          id.value = uploaded.id;
        },
        (reason_) => {
          if (!stop.aborted) problem.value = reason_;
        },
      );
    };
    uploads.set(key, { file, start, cut: () => cut.abort() });
    start();
    const picture = file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined;
    return { key, name: file.name, picture, part, id, problem };
  };
  const letGo = (one: Evidence) => {
    uploads.get(one.key)?.cut();
    uploads.delete(one.key);
    if (one.picture) URL.revokeObjectURL(one.picture);
  };

  const length = computed(() => [...reason.value.trim()].length);
  const ready = computed(
    () => length.value > 0 && length.value <= longestReason && files.value.every((file) => file.id.value !== undefined),
  );
  return {
    reason,
    left: computed(() => longestReason - length.value),
    files,
    ready,
    submit: action(async () => {
      if (!ready.value) return;
      const evidence = files.value.map((file) => file.id.value ?? '');
      await client.transfers.recall(transfer, reason.value.trim(), evidence);
    }),
    add: (added) => {
      const room = mostFiles - files.value.length;
      files.value = [...files.value, ...added.slice(0, room).map(take)];
    },
    again: (file) => uploads.get(file.key)?.start(),
    remove: (file) => {
      letGo(file);
      files.value = files.value.filter((one) => one !== file);
    },
    end: () => {
      for (const file of files.value) letGo(file);
    },
  };
}
