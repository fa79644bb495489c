import type { ConnectionState, FriendList, MessageList, PacketGlance, RiskState, WalletState } from './model.js';
import { Cell } from './observable.js';
import type { Conversation, Order, Settings, Transfer, User } from './protocol.js';
import type { Store } from './store.js';

const nothingMoved: WalletState = { balance: undefined, movements: [], account: undefined };
const noRisk: RiskState = { suspension: undefined, code: undefined };
const nothingHeld: MessageList = { messages: [], hasOlder: false };

/** The store as the client itself writes it. */
export class LiveStore implements Store {
  readonly connection = new Cell<ConnectionState>({
    link: 'closed',
    synced: false,
    retryAtMs: undefined,
    clockSkewMs: 0,
  });
  readonly me = new Cell<User | undefined>(undefined);
  readonly settings = new Cell<Settings | undefined>(undefined);
  readonly conversations = new Cell<readonly Conversation[]>([]);
  readonly friends = new Cell<FriendList>({ ready: false, friends: [] });
  readonly wallet = new Cell<WalletState>(nothingMoved);
  readonly packets = new Cell<ReadonlyMap<string, PacketGlance>>(new Map());
  readonly orders = new Cell<ReadonlyMap<string, Order>>(new Map());
  readonly risk = new Cell<RiskState>(noRisk);
  readonly transfers = new Cell<ReadonlyMap<string, Transfer>>(new Map());
  readonly presence = new Cell<ReadonlyMap<string, boolean>>(new Map());
  readonly users = new Cell<ReadonlyMap<string, User>>(new Map());
  private readonly one = new Map<string, Cell<Conversation | undefined>>();
  private readonly lists = new Map<string, Cell<MessageList>>();

  conversation(id: string): Cell<Conversation | undefined> {
    return cellOf(this.one, id, undefined);
  }

  messages(conversation: string): Cell<MessageList> {
    return cellOf(this.lists, conversation, nothingHeld);
  }

  get myId(): string {
    return this.me.snapshot?.id ?? '0';
  }

  patchConnection(change: Partial<ConnectionState>): void {
    this.connection.set({ ...this.connection.snapshot, ...change });
  }

  addUsers(users: readonly User[]): void {
    if (users.length === 0) return;
    const all = new Map(this.users.snapshot);
    for (const user of users) all.set(user.id, user);
    this.users.set(all);
  }

  setOnline(online: Iterable<readonly [string, boolean]>): void {
    this.presence.set(new Map([...this.presence.snapshot, ...online]));
  }

  /** Another account's data must not show through. */
  forgetAccount(): void {
    this.me.set(undefined);
    this.conversations.set([]);
    this.friends.set({ ready: false, friends: [] });
    this.wallet.set(nothingMoved);
    this.packets.set(new Map());
    this.transfers.set(new Map());
    this.orders.set(new Map());
    this.risk.set(noRisk);
    this.presence.set(new Map());
    this.users.set(new Map());
    for (const cell of this.one.values()) cell.set(undefined);
    for (const cell of this.lists.values()) cell.set(nothingHeld);
  }
}

function cellOf<T>(cells: Map<string, Cell<T>>, id: string, empty: T): Cell<T> {
  let cell = cells.get(id);
  if (!cell) {
    cell = new Cell(empty);
    cells.set(id, cell);
  }
  return cell;
}
