/** A conversation as it is kept over a restart. */
export interface StoredConversation {
  readonly id: string;
  /** Encoded `Conversation`. */
  readonly state: Uint8Array;
  /** The last message up to which everything is held. */
  readonly through: number;
  /** Messages up to here are not unread. */
  readonly floor: number;
  /** Read here, but perhaps not yet known to the server. */
  readonly readWanted: number;
}

export interface StoredMessage {
  readonly conversation: string;
  readonly seq: number;
  /** Encoded `Message`. */
  readonly bytes: Uint8Array;
}

/** A message in the wait-ack queue. */
export interface StoredOutgoing {
  readonly clientMsgId: string;
  readonly conversation: string;
  /** Its place in the queue: lower goes first. */
  readonly rank: number;
  readonly atMs: number;
  /** Encoded `Content`. */
  readonly content: Uint8Array;
  readonly failed: boolean;
  /** Why it failed, if the server said so: a number of `ErrorCode`. */
  readonly errorCode: number;
}

export interface StoredRecord {
  readonly key: string;
  readonly bytes: Uint8Array;
}

export type StorageChange =
  | { readonly put: 'conversation'; readonly value: StoredConversation }
  | { readonly put: 'message'; readonly value: StoredMessage }
  | { readonly put: 'outgoing'; readonly value: StoredOutgoing }
  | { readonly put: 'record'; readonly value: StoredRecord }
  | { readonly drop: 'outgoing'; readonly clientMsgId: string }
  /** Drops the messages of a conversation before `before`. */
  | { readonly drop: 'messages'; readonly conversation: string; readonly before: number };

export interface Saved {
  readonly conversations: readonly StoredConversation[];
  readonly outgoing: readonly StoredOutgoing[];
  readonly records: readonly StoredRecord[];
}

/** Where one account's data lives on this device. Several tabs may share it. */
export interface Storage {
  load(): Promise<Saved>;
  /** The newest messages before `before`, at most `limit`, rising. There may be holes. */
  messages(conversation: string, before: number, limit: number): Promise<StoredMessage[]>;
  /** All or nothing. A conversation whose stored `through` is higher stays as it is. */
  write(changes: readonly StorageChange[]): Promise<void>;
  clear(): Promise<void>;
  close(): void;
}
