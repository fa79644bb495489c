/** The messages of the protocol, by one door, so that features need not know where they come from. */
export type {
  Claim,
  Content,
  Conversation,
  Friend,
  Member,
  Message,
  Movement,
  Packet,
  PacketCard,
  Session,
  Settings,
  User,
} from '@laisee/sdk';
export {
  ConversationKind,
  ErrorCode,
  MovementKind,
  NoteKind,
  PacketKind,
  PacketStatus,
  Relation,
} from '@laisee/sdk';
