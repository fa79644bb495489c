import { later } from '../../ui/later';

export const DrawStory = later(async () => (await import('./DrawStory')).DrawStory);
export { PacketCard } from './PacketCard';
export const PacketDetails = later(async () => (await import('./PacketDetails')).PacketDetails);
export const SendPacketSheet = later(async () => (await import('./SendPacketSheet')).SendPacketSheet);
