import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type {
  Saved,
  Storage,
  StorageChange,
  StoredConversation,
  StoredMessage,
  StoredOutgoing,
  StoredRecord,
} from '../storage.js';

interface Tables extends DBSchema {
  conversations: { key: string; value: StoredConversation };
  messages: { key: [string, number]; value: StoredMessage };
  outgoing: { key: string; value: StoredOutgoing };
  records: { key: string; value: StoredRecord };
}

const TABLES = ['conversations', 'messages', 'outgoing', 'records'] as const;
const VERSION = 1;

/** Keeps one account's data in the browser; name it after the account, so that accounts stay apart. */
export class IndexedDbStorage implements Storage {
  private database: Promise<IDBPDatabase<Tables>> | undefined;

  constructor(private readonly name: string) {}

  async load(): Promise<Saved> {
    const transaction = (await this.open()).transaction(['conversations', 'outgoing', 'records']);
    const [conversations, outgoing, records] = await Promise.all([
      transaction.objectStore('conversations').getAll(),
      transaction.objectStore('outgoing').getAll(),
      transaction.objectStore('records').getAll(),
    ]);
    return { conversations, outgoing, records };
  }

  async messages(conversation: string, before: number, limit: number): Promise<StoredMessage[]> {
    const range = IDBKeyRange.bound([conversation, 0], [conversation, before], false, true);
    const found: StoredMessage[] = [];
    let cursor = await (await this.open()).transaction('messages').store.openCursor(range, 'prev');
    while (cursor && found.length < limit) {
      found.push(cursor.value);
      cursor = await cursor.continue();
    }
    return found.reverse();
  }

  async write(changes: readonly StorageChange[]): Promise<void> {
    const transaction = (await this.open()).transaction(TABLES, 'readwrite');
    const apply = async (change: StorageChange) => {
      if ('drop' in change) {
        if (change.drop === 'outgoing') return transaction.objectStore('outgoing').delete(change.clientMsgId);
        const { conversation, before } = change;
        const range = IDBKeyRange.bound([conversation, 0], [conversation, before], false, true);
        return transaction.objectStore('messages').delete(range);
      }
      switch (change.put) {
        case 'conversation': {
          const table = transaction.objectStore('conversations');
          const standing = await table.get(change.value.id);
          if (!standing || standing.through <= change.value.through) await table.put(change.value, change.value.id);
          return;
        }
        case 'message':
          await transaction.objectStore('messages').put(change.value, [change.value.conversation, change.value.seq]);
          return;
        case 'outgoing':
          await transaction.objectStore('outgoing').put(change.value, change.value.clientMsgId);
          return;
        case 'record':
          await transaction.objectStore('records').put(change.value, change.value.key);
      }
    };
    // Its failure is told by what failed in it.
    transaction.done.catch(() => undefined);
    try {
      await Promise.all(changes.map(apply));
    } catch (reason) {
      // A failed request has aborted it already; one that could not even be made has not.
      if (transaction.error === null) transaction.abort();
      throw reason;
    }
    await transaction.done;
  }

  async clear(): Promise<void> {
    const transaction = (await this.open()).transaction(TABLES, 'readwrite');
    await Promise.all([...TABLES.map((table) => transaction.objectStore(table).clear()), transaction.done]);
  }

  close(): void {
    this.database?.then((database) => database.close()).catch(() => undefined);
    this.database = undefined;
  }

  private open(): Promise<IDBPDatabase<Tables>> {
    this.database ??= this.openAnew();
    return this.database;
  }

  private openAnew(): Promise<IDBPDatabase<Tables>> {
    const opening = openDB<Tables>(this.name, VERSION, {
      upgrade(database) {
        for (const table of TABLES) database.createObjectStore(table);
      },
      // Another tab runs a newer version of the app: let it have the database.
      blocking: () => this.close(),
      terminated: () => {
        this.database = undefined;
      },
    });
    // Whoever opens hears of a failure; the next one tries again.
    opening.catch(() => {
      if (this.database === opening) this.database = undefined;
    });
    return opening;
  }
}
