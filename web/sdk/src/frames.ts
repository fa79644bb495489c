import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type ClientFrame, ClientFrameSchema, type ServerFrame, ServerFrameSchema } from './protocol.js';

type AskBody = ClientFrame['body'];
type AskInitBody = NonNullable<MessageInitShape<typeof ClientFrameSchema>['body']>;
export type ServerBody = ServerFrame['body'];
type ServerCase = NonNullable<ServerBody['case']>;

/** Which answer belongs to which request. */
export const answers = {
  hello: 'welcome',
  heartbeat: 'heartbeatAnswer',
  sendMessage: 'messageSent',
  acknowledge: 'acknowledged',
  markRead: 'readMarked',
  getHistory: 'history',
  sync: 'syncSegment',
  countOffline: 'offlineCount',
  pullOffline: 'offlinePage',
  createGroup: 'conversationState',
  addMembers: 'conversationState',
  removeMember: 'conversationState',
  updateGroup: 'conversationState',
  setQuiet: 'conversationState',
  getConversation: 'conversationState',
  getMembers: 'members',
  findUser: 'foundUser',
  getUsers: 'users',
  requestFriend: 'friendState',
  answerFriend: 'friendState',
  removeFriend: 'friendState',
  listFriends: 'friends',
  updateProfile: 'profileUpdated',
  listSessions: 'sessions',
  closeSession: 'sessionClosed',
  getWallet: 'wallet',
  topUp: 'toppedUp',
  getStatement: 'statement',
  sendPacket: 'packetFunded',
  grabPacket: 'packetGrab',
  openPacket: 'packetOpened',
  getPacket: 'packet',
  exportPacket: 'packetExport',
  getPin: 'pin',
  setPin: 'pin',
  withdraw: 'withdrawn',
  getOrder: 'order',
  listOrders: 'orders',
  getRisk: 'risk',
  requestReleaseCode: 'releaseCodeMade',
  releaseSuspension: 'suspensionReleased',
  sendTransfer: 'transferFunded',
  getTransfer: 'transfer',
  acceptTransfer: 'transfer',
  returnTransfer: 'transfer',
  recallTransfer: 'transfer',
  listTransfers: 'transfers',
} as const satisfies Record<NonNullable<AskBody['case']>, ServerCase>;

export type Ask = keyof typeof answers;
export type AskInit<A extends Ask> = Extract<AskInitBody, { case: A }>['value'];
type AnswerOf = { [A in Ask]: Extract<ServerBody, { case: (typeof answers)[A] }>['value'] };
export type Answer<A extends Ask> = AnswerOf[A];

/** Where a repeat after a lost answer could be refused although the first one was done. */
const unrepeatable: ReadonlySet<Ask> = new Set<Ask>([
  'addMembers',
  'removeMember',
  'requestFriend',
  'answerFriend',
  'removeFriend',
  'closeSession',
  'setPin',
  'requestReleaseCode',
  'releaseSuspension',
  'returnTransfer',
  'recallTransfer',
]);

export function isRepeatable(ask: Ask): boolean {
  return !unrepeatable.has(ask);
}

/** Undefined when it is the answer to something else. */
export function answerTo<A extends Ask>(ask: A, body: ServerBody): Answer<A> | undefined {
  return body.case === answers[ask] ? (body.value as Answer<A>) : undefined;
}

export function encodeAsk<A extends Ask>(request: number, ask: A, value: AskInit<A>): Uint8Array {
  const body = { case: ask, value } as AskInitBody;
  return toBinary(ClientFrameSchema, create(ClientFrameSchema, { request, body }));
}

/** Undefined for what is not a frame. */
export function decodeFrame(data: Uint8Array): ServerFrame | undefined {
  try {
    return fromBinary(ServerFrameSchema, data);
  } catch {
    return undefined;
  }
}
