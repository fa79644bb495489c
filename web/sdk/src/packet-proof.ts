import { toJsonString } from '@bufbuild/protobuf';
import { type PacketExport, PacketExportSchema } from './protocol.js';

/** An exported packet as a file. Apart from the rest, because nothing else of the client needs JSON. */
export function packetProof(answer: PacketExport): string {
  return toJsonString(PacketExportSchema, answer, { prettySpaces: 2 });
}
