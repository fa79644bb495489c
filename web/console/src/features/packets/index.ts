export { FindPacket } from './FindPacket';
export { Packet } from './Packet';
