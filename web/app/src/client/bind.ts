import { create } from '@bufbuild/protobuf';
import { type HeldMessage, type LaiseeClientApi, type Observable, SettingsSchema } from '@laisee/sdk';
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Client, Link } from './client';
import { type Conversation, PacketStatus, type User } from './wire';

/** What holds until the server has said otherwise: the defaults of the protocol. */
const usual = create(SettingsSchema, {
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

const statementPage = 50;

/** Shows the SDK's client to the screens: its store as signals, its commands as they are. `account`: who signed in. */
export function bind(sdk: LaiseeClientApi, account: User): Client {
  const { store } = sdk;
  const connection = asSignal(store.connection);
  const conversations = asSignal(store.conversations);
  const friends = asSignal(store.friends);
  const wallet = asSignal(store.wallet);
  const packets = asSignal(store.packets);
  const orders = asSignal(store.orders);
  const transfers = asSignal(store.transfers);
  const presence = asSignal(store.presence);
  const users = asSignal(store.users);
  const me = asSignal(store.me);
  const settings = asSignal(store.settings);
  const refunded = signal<string | undefined>(undefined);
  const stopRefunds = sdk.on('packet', ({ packet, status }) => {
    if (status === PacketStatus.REFUNDED) refunded.value = packet;
  });

  // Once everything is there it stays there, whatever becomes of the connection.
  const synced = signal(false);
  const stopReady = effect(() => {
    if (connection.value.synced) synced.value = true;
  });

  const oneConversation = keyed((id) => asSignal<Conversation | undefined>(store.conversation(id)));
  const lists = keyed((id) => asSignal(store.messages(id)));
  const oneUser = keyed((id) => computed(() => users.value.get(id)));
  const oneOrder = keyed((id) => computed(() => orders.value.get(id)));
  const oneTransfer = keyed((id) => computed(() => transfers.value.get(id)));
  const onePacket = keyed((id) => computed(() => packets.value.get(id)));
  const oneOnline = keyed((id) => computed(() => presence.value.get(id) === true));

  return {
    me: computed(() => me.value ?? account),
    link: computed<Link>(() => linkOf(connection.value.link)),
    ready: computed(() => synced.value || conversations.value.length > 0),
    settings: computed(() => settings.value ?? usual),
    conversations,
    friends: computed(() => friends.value.friends),
    friendsReady: computed(() => friends.value.ready),
    balance: computed(() => wallet.value.balance),
    account: computed(() => wallet.value.account),
    suspended: asSignal(store.risk),
    movements: computed(() => wallet.value.movements),
    refunded,

    conversation: (id) => oneConversation(id).value,
    messages: (id): readonly HeldMessage[] => lists(id).value.messages,
    hasOlder: (id) => lists(id).value.hasOlder,
    user(id) {
      const known = oneUser(id).value;
      if (!known) sdk.lookUp(id);
      return known;
    },
    isOnline: (user) => oneOnline(user).value,
    packet: (id) => onePacket(id).value,
    order: (id) => oneOrder(id).value,
    transfer: (id) => oneTransfer(id).value,

    newId: () => sdk.newId(),
    sendText: (conversation, text, options) => void sdk.sendText(conversation, text, options),
    retry: (key) => sdk.retry(key),
    discard: (key) => sdk.discard(key),
    markRead: (conversation, through) => sdk.markRead(conversation, through),
    loadOlder: async (conversation) => void (await sdk.loadOlder(conversation)),

    findUser: (name) => sdk.findUser({ name }),
    requestFriend: async (user, greeting) => void (await sdk.requestFriend(user, greeting)),
    answerFriend: async (user, accept) => (await sdk.answerFriend(user, accept)).conversation,
    removeFriend: (user) => sdk.removeFriend(user),

    createGroup: async (id, title, members) => (await sdk.createGroup(id, title, members)).id,
    members: (conversation) => sdk.members(conversation),
    addMembers: async (conversation, added) => void (await sdk.addMembers(conversation, added)),
    removeMember: async (conversation, user) => void (await sdk.removeMember(conversation, user)),
    updateGroup: async (conversation, change) => void (await sdk.updateGroup(conversation, change)),
    setQuiet: async (conversation, quiet) => void (await sdk.setQuiet(conversation, quiet)),

    loadBalance: async () => void (await sdk.refreshBalance()),
    topUp: (id, amount) => sdk.topUp(id, amount),
    statement: (before, filter) => sdk.statement(before, statementPage, filter),
    statementCsv: async (filter) => (await sdk.statementCsv(filter)) as Blob,

    sendPacket: async (form) => (await sdk.sendPacket(form)).packet,
    glance: async (packet) => {
      const { status, mine, left } = await sdk.grabPacket(packet);
      return { status, mine, left };
    },
    openPacket: (packet) => sdk.openPacket(packet),
    packetDetails: (packet) => sdk.getPacket(packet),
    verifyDraw: (packet) => sdk.verifyDraw(packet),
    exportPacket: (packet) => sdk.exportPacket(packet),
    watchPacket: (packet, changed) => sdk.on('packet', (notice) => notice.packet === packet && changed()),

    transfers: sdk.transfers,
    orders: sdk.orders,
    pin: sdk.pin,
    risk: sdk.risk,
    // What browsers carry files in.
    files: {
      upload: (file, name, options) => sdk.files.upload(file, name, options),
      download: async (id) => (await sdk.files.download(id)) as Blob,
    },

    sessions: () => sdk.sessions(),
    closeSession: (session) => sdk.closeSession(session),
    updateProfile: async (displayName, face) => void (await sdk.updateProfile(displayName, face)),
    close() {
      stopRefunds();
      stopReady();
      void sdk.stop();
    },
  };
}

function asSignal<T>(source: Observable<T>): ReadonlySignal<T> {
  const held = signal(source.snapshot);
  source.subscribe(() => {
    held.value = source.snapshot;
  });
  return held;
}

/** One signal for each id, so that a screen follows only what it looks at. */
function keyed<T>(make: (id: string) => ReadonlySignal<T>): (id: string) => ReadonlySignal<T> {
  const made = new Map<string, ReadonlySignal<T>>();
  return (id) => {
    let one = made.get(id);
    if (!one) {
      one = make(id);
      made.set(id, one);
    }
    return one;
  };
}

function linkOf(link: LaiseeClientApi['store']['connection']['snapshot']['link']): Link {
  return link === 'online' || link === 'connecting' ? link : 'offline';
}
