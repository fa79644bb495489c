import { later } from '../../ui/later';

export { PacketCard } from './PacketCard';
export const PacketDetails = later(async () => (await import('./PacketDetails')).PacketDetails);
export const SendPacketSheet = later(async () => (await import('./SendPacketSheet')).SendPacketSheet);
