import type { Storage, StorageChange } from './storage.js';

/** Writes changes behind the client's back, in order, many at once. */
export class Persistence {
  private queue: StorageChange[] = [];
  private writing: Promise<void> = Promise.resolve();
  private scheduled = false;
  private closed = false;

  constructor(
    readonly storage: Storage,
    private readonly failed: (reason: unknown) => void,
  ) {}

  add(...changes: StorageChange[]): void {
    if (this.closed) return;
    for (const change of changes) this.queue.push(change);
    if (this.scheduled || this.queue.length === 0) return;
    this.scheduled = true;
    this.writing = this.writing.then(() => this.flush());
  }

  /** Resolves when everything added so far is stored, or was refused. */
  settled(): Promise<void> {
    return this.writing;
  }

  async clear(): Promise<void> {
    this.queue = [];
    this.writing = this.writing.then(() => this.storage.clear()).catch(this.failed);
    await this.writing;
  }

  /** Nothing is written any more: the storage may already be somebody else's. */
  async close(): Promise<void> {
    this.closed = true;
    await this.settled();
    this.storage.close();
  }

  private async flush(): Promise<void> {
    this.scheduled = false;
    const changes = this.queue;
    this.queue = [];
    if (changes.length === 0) return;
    try {
      await this.storage.write(changes);
    } catch (reason) {
      this.failed(reason);
    }
  }
}
