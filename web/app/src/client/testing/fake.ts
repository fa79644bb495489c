import { computed, type Signal, signal } from '@preact/signals';
import {
  type Client,
  type DrawCheck,
  LaiseeError,
  type Link,
  type OrderCommands,
  type PacketGlance,
  type PinCommands,
  type RiskCommands,
  type RiskState,
  type ShownMessage,
  type StatementFilter,
  type TransferCommands,
  type TransferForm,
  type WithdrawalForm,
} from '../client';
import {
  Arrival,
  type Content,
  type Conversation,
  ConversationKind,
  Direction,
  ErrorCode,
  type Friend,
  type Member,
  type Movement,
  MovementKind,
  type Order,
  OrderStatus,
  type Packet,
  PacketStatus,
  type Pin,
  RecallOutcome,
  type ReleaseCodeMade,
  type Risk,
  type Session,
  type Settings,
  type Statement,
  type ToppedUp,
  type Transfer,
  type TransferFunded,
  TransferStatus,
  type UploadedFile,
  type User,
  type Wallet,
  type Withdrawn,
} from '../wire';

/** Messages without what only the wire needs. */
type Plain<T> = { [K in Exclude<keyof T, '$typeName' | '$unknown'>]: T[K] };
const as = <T>(value: Partial<Plain<T>>): T => value as T;

export const settings = as<Settings>({
  packetShareMin: 1n,
  packetShareMax: 20_000n,
  packetCountMax: 100,
  packetLifeMs: 86_400_000n,
  transferMin: 1n,
  transferMax: 5_000_000n,
  transferShortMs: 7_200_000n,
  transferLongMs: 86_400_000n,
  transferAcceptMs: 86_400_000n,
  fileMaxBytes: 10_485_760,
  groupMembersMax: 500,
});

export const user = (id: string, displayName: string, face = '', name = `user${id}`): User =>
  as<User>({ id, displayName, face, name });

export const textOf = (text: string, replyTo = 0): Content =>
  as<Content>({
    fallback: '',
    kind: { case: 'text', value: { $typeName: 'laisee.v1.Text', text, mentions: [], replyTo } },
  });

export const direct = (id: string, peer: string, rest: Partial<Plain<Conversation>> = {}): Conversation =>
  as<Conversation>({
    id,
    kind: ConversationKind.DIRECT,
    title: '',
    owner: '0',
    announcement: '',
    peer,
    memberCount: 2,
    head: 0,
    joined: 0,
    acked: 0,
    read: 0,
    unread: 0,
    quiet: false,
    revision: 1,
    member: true,
    peerAcked: 0,
    peerRead: 0,
    ...rest,
  });

export const group = (
  id: string,
  title: string,
  owner: string,
  rest: Partial<Plain<Conversation>> = {},
): Conversation => direct(id, '0', { kind: ConversationKind.GROUP, title, owner, ...rest });

/** Everything the screens can see, held in signals a test or a story may set, and every command as it was called. */
export class FakeClient implements Client {
  readonly me: Signal<User>;
  readonly link = signal<Link>('online');
  readonly ready = signal(true);
  readonly settings = signal(settings);
  readonly conversations = signal<readonly Conversation[]>([]);
  readonly friends = signal<readonly Friend[]>([]);
  readonly friendsReady = signal(true);
  readonly account = signal<Wallet | undefined>(undefined);
  readonly suspended = signal<RiskState>({ suspension: undefined, code: undefined });
  readonly balance = signal<bigint | undefined>(undefined);
  readonly movements = signal<readonly Movement[]>([]);
  readonly refunded = signal<string | undefined>(undefined);

  readonly users = signal<ReadonlyMap<string, User>>(new Map());
  readonly held = signal<ReadonlyMap<string, readonly ShownMessage[]>>(new Map());
  readonly older = signal<ReadonlyMap<string, readonly ShownMessage[]>>(new Map());
  readonly glances = signal<ReadonlyMap<string, PacketGlance>>(new Map());
  readonly packets = new Map<string, Packet>();
  readonly people = new Map<string, Member[]>();
  readonly devices: Session[] = [];
  readonly line: Movement[] = [];
  readonly calls: unknown[][] = [];
  readonly watchers = new Map<string, () => void>();
  /** What `openPacket` answers; a function may wait or refuse. */
  onOpen: (packet: string) => Promise<{ amount: bigint; first: boolean }> = async () => ({ amount: 888n, first: true });
  readonly ordered = signal<ReadonlyMap<string, Order>>(new Map());
  onWithdraw: (form: WithdrawalForm) => Promise<Withdrawn> = async ({ amount }) =>
    as<Withdrawn>({ amount, order: '800', status: OrderStatus.SUBMITTED });
  onSetPin: (pin: string, proof: object) => Promise<void> = async () => {};
  onRelease: (code: string, pin: string | undefined) => Promise<void> = async () => {};
  onTopUp: (amount: bigint) => OrderStatus = () => OrderStatus.SUCCEEDED;
  readonly transferred = signal<ReadonlyMap<string, Transfer>>(new Map());
  readonly stored = new Map<string, Blob>();
  onSendTransfer: (form: TransferForm) => Promise<TransferFunded> = async () =>
    as<TransferFunded>({ transfer: '700', balance: 0n, arrivesAtMs: 0n });
  onUpload: (file: Blob, name: string, onProgress?: (part: number) => void) => Promise<UploadedFile> = async (
    file,
    name,
  ) => {
    const id = this.newId();
    this.stored.set(id, file);
    return as<UploadedFile>({ id, name, contentType: file.type });
  };
  onSendPacket: () => Promise<string> = async () => '900';
  check: DrawCheck = {
    fair: true,
    verdict: 'checked',
    sealFits: true,
    sharesFit: true,
    commitment: '',
    shares: [],
    steps: { cuts: [], order: [] },
    wrong: [],
  };
  private next = 1;
  private readonly found = new Map<string, { value: Conversation | undefined }>();

  constructor(me: User) {
    this.me = signal(me);
  }

  conversation(id: string) {
    let one = this.found.get(id);
    if (!one) {
      one = computed(() => this.conversations.value.find((each) => each.id === id));
      this.found.set(id, one);
    }
    return one.value;
  }
  messages(id: string) {
    return this.held.value.get(id) ?? [];
  }
  hasOlder(id: string) {
    return (this.older.value.get(id)?.length ?? 0) > 0;
  }
  user(id: string) {
    return this.users.value.get(id);
  }
  isOnline(id: string) {
    return this.friends.value.some((one) => one.user?.id === id && one.online);
  }
  packet(id: string) {
    return this.glances.value.get(id);
  }
  order(id: string) {
    return this.ordered.value.get(id);
  }
  transfer(id: string) {
    return this.transferred.value.get(id);
  }
  /** Changes a transfer as the server would, and tells of it. */
  moveTransfer(id: string, change: Partial<Plain<Transfer>>) {
    const before = this.transferred.value.get(id);
    if (!before) throw new LaiseeError(ErrorCode.NO_SUCH_TRANSFER);
    const now = { ...before, ...change };
    this.transferred.value = new Map(this.transferred.value).set(id, now);
    return now;
  }
  readonly transfers: TransferCommands = {
    send: async (form) => {
      this.calls.push(['sendTransfer', form]);
      return this.onSendTransfer(form);
    },
    get: async (id) => this.moveTransfer(id, {}),
    list: async () => ({ transfers: [...this.transferred.value.values()].reverse(), more: false }),
    accept: async (id) => {
      this.calls.push(['acceptTransfer', id]);
      return this.moveTransfer(id, { status: TransferStatus.ACCEPTED, endedAtMs: BigInt(Date.now()) });
    },
    return: async (id) => {
      this.calls.push(['returnTransfer', id]);
      const accepted = this.transfer(id)?.status === TransferStatus.ACCEPTED;
      const status = accepted ? TransferStatus.GIVEN_BACK : TransferStatus.RETURNED;
      return this.moveTransfer(id, { status, endedAtMs: BigInt(Date.now()) });
    },
    recall: async (id, reason, evidence) => {
      this.calls.push(['recallTransfer', id, reason, evidence]);
      const recall = { reason, evidence: [...evidence], askedAtMs: BigInt(Date.now()), outcome: RecallOutcome.OPEN };
      return this.moveTransfer(id, { status: TransferStatus.FROZEN, recall: recall as Transfer['recall'] & object });
    },
  };
  readonly orders: OrderCommands = {
    withdraw: async (form) => {
      this.calls.push(['withdraw', form]);
      return this.onWithdraw(form);
    },
    get: async (id) => this.ordered.value.get(id) ?? Promise.reject(new LaiseeError(ErrorCode.NO_SUCH_ORDER)),
    list: async () => ({ orders: [...this.ordered.value.values()].reverse(), more: false }),
  };
  readonly pin: PinCommands = {
    get: async () => as<Pin>({ set: true, triesLeft: 5, lockedUntilMs: 0n }),
    set: async (pin, proof) => {
      this.calls.push(['setPin', pin, proof]);
      await this.onSetPin(pin, proof);
      return as<Pin>({ set: true, triesLeft: 5, lockedUntilMs: 0n });
    },
  };
  readonly risk: RiskCommands = {
    get: async () => as<Risk>({}),
    requestCode: async () => {
      this.calls.push(['requestCode']);
      const expiresAtMs = BigInt(Date.now() + 300_000);
      this.suspended.value = { ...this.suspended.value, code: { code: '402713', expiresAtMs } };
      return as<ReleaseCodeMade>({ expiresAtMs, codesLeft: 2 });
    },
    release: async (code, pin) => {
      this.calls.push(['release', code, pin]);
      await this.onRelease(code, pin);
      this.suspended.value = { suspension: undefined, code: undefined };
    },
  };
  readonly files: Client['files'] = {
    upload: (file, name, options) => this.onUpload(file as Blob, name, options?.onProgress),
    download: async (id) => this.stored.get(id) ?? Promise.reject(new LaiseeError(ErrorCode.NO_SUCH_FILE)),
  };
  newId() {
    return `id-${this.next++}`;
  }
  put(conversation: string, messages: readonly ShownMessage[]) {
    this.held.value = new Map(this.held.value).set(conversation, messages);
  }
  sendText(conversation: string, text: string, options = {}) {
    this.calls.push(['sendText', conversation, text, options]);
    const message: ShownMessage = {
      key: this.newId(),
      seq: 0,
      sender: this.me.value.id,
      mine: true,
      atMs: Date.now(),
      content: textOf(text),
      delivery: 'sending',
      failure: undefined,
    };
    this.put(conversation, [...this.messages(conversation), message]);
  }
  retry(key: string) {
    this.calls.push(['retry', key]);
  }
  discard(key: string) {
    this.calls.push(['discard', key]);
  }
  markRead(conversation: string, through: number) {
    this.calls.push(['markRead', conversation, through]);
    this.conversations.value = this.conversations.value.map((one) =>
      one.id === conversation ? { ...one, read: through, unread: 0 } : one,
    );
  }
  async loadOlder(conversation: string) {
    const all = this.older.value.get(conversation) ?? [];
    this.older.value = new Map(this.older.value).set(conversation, all.slice(0, -30));
    this.put(conversation, [...all.slice(-30), ...this.messages(conversation)]);
  }
  async findUser(name: string) {
    for (const one of this.users.value.values()) if (one.name === name) return one;
    throw new LaiseeError(ErrorCode.NO_SUCH_USER);
  }
  async requestFriend(...args: unknown[]) {
    this.calls.push(['requestFriend', ...args]);
  }
  async answerFriend(person: string, accept: boolean) {
    this.calls.push(['answerFriend', person, accept]);
    return '1';
  }
  async removeFriend(person: string) {
    this.calls.push(['removeFriend', person]);
  }
  async createGroup(...args: unknown[]) {
    this.calls.push(['createGroup', ...args]);
    return '77';
  }
  async members(conversation: string) {
    return this.people.get(conversation) ?? [];
  }
  async addMembers(...args: unknown[]) {
    this.calls.push(['addMembers', ...args]);
  }
  async removeMember(...args: unknown[]) {
    this.calls.push(['removeMember', ...args]);
  }
  async updateGroup(...args: unknown[]) {
    this.calls.push(['updateGroup', ...args]);
  }
  async setQuiet(conversation: string, quiet: boolean) {
    this.conversations.value = this.conversations.value.map((one) =>
      one.id === conversation ? { ...one, quiet } : one,
    );
  }
  async loadBalance() {}
  async topUp(id: string, amount: bigint) {
    this.calls.push(['topUp', id, amount]);
    const status = this.onTopUp(amount);
    if (status === OrderStatus.SUCCEEDED) this.balance.value = (this.balance.value ?? 0n) + amount;
    return as<ToppedUp>({ amount, balance: this.balance.value ?? 0n, order: '800', status });
  }
  async statement(before: string, filter: StatementFilter = {}) {
    this.calls.push(['statement', before, filter]);
    const from = this.line.filter(
      ({ number, kind, amount }) =>
        (before === '0' || BigInt(number) < BigInt(before)) &&
        (!filter.kinds?.length || filter.kinds.includes(kind)) &&
        (!filter.direction || filter.direction === (amount > 0n ? Direction.IN : Direction.OUT)),
    );
    const movements = from.slice(0, 20);
    return as<Statement>({ movements, more: from.length > 20, nextBefore: movements.at(-1)?.number ?? '0' });
  }
  async statementCsv(filter: StatementFilter) {
    this.calls.push(['statementCsv', filter]);
    return new Blob(['number,amount']);
  }
  async sendPacket(form: unknown) {
    this.calls.push(['sendPacket', form]);
    return this.onSendPacket();
  }
  async glance(id: string) {
    return this.packet(id) ?? { status: PacketStatus.OPEN, mine: 0n, left: undefined };
  }
  async openPacket(id: string) {
    this.calls.push(['openPacket', id]);
    const answer = await this.onOpen(id);
    this.glances.value = new Map(this.glances.value).set(id, {
      status: PacketStatus.OPEN,
      mine: answer.amount,
      left: undefined,
    });
    return answer;
  }
  async packetDetails(id: string) {
    const packet = this.packets.get(id);
    if (!packet) throw new LaiseeError(ErrorCode.NO_SUCH_PACKET);
    return packet;
  }
  async verifyDraw() {
    return this.check;
  }
  async exportPacket(id: string) {
    return JSON.stringify({ format: 'laisee.packet.v1', packet: { id } });
  }
  watchPacket(id: string, changed: () => void) {
    this.watchers.set(id, changed);
    return () => this.watchers.delete(id);
  }
  async sessions() {
    return this.devices;
  }
  async closeSession(session: string) {
    this.calls.push(['closeSession', session]);
  }
  async updateProfile(displayName: string, face: string) {
    this.me.value = { ...this.me.value, displayName, face };
  }
  close() {}
}

export const movement = (
  number: number,
  amount: bigint,
  balance: bigint,
  atMs: number,
  kind = MovementKind.TOP_UP,
  rest: Partial<Plain<Movement>> = {},
): Movement =>
  as<Movement>({
    number: String(number),
    amount,
    balance,
    atMs: BigInt(atMs),
    kind,
    packet: '0',
    order: '0',
    transfer: '0',
    note: '',
    counterpart: '0',
    ...rest,
  });

export const packet = (id: string, rest: Partial<Plain<Packet>>): Packet =>
  as<Packet>({
    id,
    claims: [],
    commitment: '',
    secret: '',
    refunded: 0n,
    mine: 0n,
    recipient: '0',
    greeting: '',
    endedAtMs: 0n,
    ...rest,
  });

export const friend = (
  person: User,
  relation: Friend['relation'],
  online = false,
  conversation = '0',
  greeting = '',
): Friend => as<Friend>({ user: person, relation, online, conversation, greeting, sinceMs: 0n });

export const member = (person: User, owner = false, online = false): Member =>
  as<Member>({ user: person, owner, online, acked: 0, read: 0 });

export const session = (id: string, device: string, current: boolean, online: boolean, openedAtMs: number): Session =>
  as<Session>({ id, device, current, online, openedAtMs: BigInt(openedAtMs) });

export const packetContent = (
  id: string,
  kind: Packet['kind'],
  greeting: string,
  count: number,
  recipient = '0',
): Content =>
  as<Content>({
    fallback: '',
    kind: {
      case: 'packet',
      value: { $typeName: 'laisee.v1.PacketCard', packet: id, kind, greeting, count, recipient },
    },
  });

export const transfer = (id: string, rest: Partial<Plain<Transfer>>): Transfer =>
  as<Transfer>({
    id,
    sender: '1',
    receiver: '2',
    conversation: '11',
    amount: 20_000n,
    note: '',
    arrival: Arrival.AFTER_2_H,
    status: TransferStatus.PENDING,
    createdAtMs: BigInt(Date.now()),
    arrivesAtMs: BigInt(Date.now() + 7_200_000),
    acceptByMs: 0n,
    endedAtMs: 0n,
    ...rest,
  });

export const transferContent = (id: string, receiver: string, amount: bigint, note: string, arrivesAtMs = 0): Content =>
  as<Content>({
    fallback: '',
    kind: {
      case: 'transfer',
      value: {
        $typeName: 'laisee.v1.TransferCard',
        transfer: id,
        receiver,
        amount,
        note,
        arrivesAtMs: BigInt(arrivesAtMs),
      },
    },
  });
