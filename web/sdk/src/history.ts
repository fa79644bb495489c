import type { Device } from './device.js';
import type { Threads } from './threads.js';

/** Older messages: from the storage if they are there, else from the server. */
export class History {
  private readonly loading = new Map<string, Promise<boolean>>();

  constructor(
    private readonly device: Device,
    private readonly threads: Threads,
  ) {}

  loadOlder(conversation: string): Promise<boolean> {
    let loading = this.loading.get(conversation);
    if (!loading) {
      loading = this.load(conversation).finally(() => this.loading.delete(conversation));
      this.loading.set(conversation, loading);
    }
    return loading;
  }

  private async load(conversation: string): Promise<boolean> {
    const thread = this.threads.get(conversation);
    if (!thread?.hasOlder) return false;
    const limit = this.device.tempo.historyPage;
    const stored = await this.threads.stored(thread, limit).catch(() => []);
    if (thread.prepend(stored) === 0) {
      const before = thread.first;
      const answer = await this.device.requests.ask('getHistory', { conversation, before, limit });
      // A reload meanwhile moved the beginning: what came does not fit, and the next call asks again.
      if (thread.first === before) {
        thread.prepend(answer.messages);
        thread.exhausted = !answer.more || answer.messages.length === 0;
        this.threads.keepMessages(answer.messages);
      }
    }
    this.threads.touch(conversation);
    this.threads.publish();
    return thread.hasOlder;
  }
}
