export { PacketCard } from './PacketCard';
export { PacketDetails } from './PacketDetails';
export { SendPacketSheet } from './SendPacketSheet';
