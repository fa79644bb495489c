import type { ConnectionState, FriendList, MessageList, PacketGlance, RiskState, WalletState } from './model.js';
import type { Observable } from './observable.js';
import type { Conversation, Order, Settings, Transfer, User } from './protocol.js';

/** Everything a screen can show, as immutable snapshots. */
export interface Store {
  readonly connection: Observable<ConnectionState>;
  readonly me: Observable<User | undefined>;
  readonly settings: Observable<Settings | undefined>;
  /** Newest first. `unread`, `read`, `head` and the peer's marks are kept current between the server's words. */
  readonly conversations: Observable<readonly Conversation[]>;
  readonly friends: Observable<FriendList>;
  readonly wallet: Observable<WalletState>;
  readonly packets: Observable<ReadonlyMap<string, PacketGlance>>;
  /** Every top-up and withdrawal that was asked for or told of. */
  readonly orders: Observable<ReadonlyMap<string, Order>>;
  readonly risk: Observable<RiskState>;
  /** Every transfer that was asked for or told of. */
  readonly transfers: Observable<ReadonlyMap<string, Transfer>>;
  /** By user id; whoever is missing is not known to be online. */
  readonly presence: Observable<ReadonlyMap<string, boolean>>;
  /** Everybody looked up so far. `LaiseeClient.lookUp` adds. */
  readonly users: Observable<ReadonlyMap<string, User>>;
  conversation(id: string): Observable<Conversation | undefined>;
  messages(conversation: string): Observable<MessageList>;
}
