import type {
  Saved,
  Storage,
  StorageChange,
  StoredConversation,
  StoredMessage,
  StoredOutgoing,
  StoredRecord,
} from './storage.js';

/** Keeps everything as long as the object lives. */
export class MemoryStorage implements Storage {
  private readonly conversations = new Map<string, StoredConversation>();
  private readonly outgoing = new Map<string, StoredOutgoing>();
  private readonly records = new Map<string, StoredRecord>();
  private readonly held = new Map<string, Map<number, StoredMessage>>();

  async load(): Promise<Saved> {
    return {
      conversations: [...this.conversations.values()],
      outgoing: [...this.outgoing.values()],
      records: [...this.records.values()],
    };
  }

  async messages(conversation: string, before: number, limit: number): Promise<StoredMessage[]> {
    const all = [...(this.held.get(conversation)?.values() ?? [])];
    return all
      .filter((message) => message.seq < before)
      .sort((a, b) => a.seq - b.seq)
      .slice(-limit);
  }

  async write(changes: readonly StorageChange[]): Promise<void> {
    for (const change of changes) this.apply(change);
  }

  async clear(): Promise<void> {
    for (const table of [this.conversations, this.outgoing, this.records, this.held]) table.clear();
  }

  close(): void {}

  private apply(change: StorageChange): void {
    if ('drop' in change) {
      if (change.drop === 'outgoing') {
        this.outgoing.delete(change.clientMsgId);
        return;
      }
      const thread = this.held.get(change.conversation);
      for (const seq of thread?.keys() ?? []) if (seq < change.before) thread?.delete(seq);
      return;
    }
    switch (change.put) {
      case 'conversation': {
        const standing = this.conversations.get(change.value.id);
        if (!standing || standing.through <= change.value.through)
          this.conversations.set(change.value.id, change.value);
        return;
      }
      case 'message': {
        const thread = this.held.get(change.value.conversation) ?? new Map<number, StoredMessage>();
        this.held.set(change.value.conversation, thread.set(change.value.seq, change.value));
        return;
      }
      case 'outgoing':
        this.outgoing.set(change.value.clientMsgId, change.value);
        return;
      case 'record':
        this.records.set(change.value.key, change.value);
    }
  }
}
