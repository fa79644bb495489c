import type { Api } from './api';
import type { Fields } from './fields';

export type Claim = { user: string; index: number; amount: bigint; at: number };
export type Packet = {
  id: string;
  sender: string;
  conversation: string;
  kind: string;
  status: string;
  amount: bigint;
  count: number;
  greeting: string;
  createdAt: number;
  expiresAt: number;
  endedAt: number;
  claimedAmount: bigint;
  claimedCount: number;
  refunded: bigint;
  claims: Claim[];
  commitment: string;
  secret: string;
  shareMin: bigint;
  shareMax: bigint;
};

export const readPacket = (fields: Fields): Packet => ({
  id: fields.text('id'),
  sender: fields.text('sender'),
  conversation: fields.text('conversation'),
  kind: fields.kind('kind', 'PACKET_KIND_'),
  status: fields.kind('status', 'PACKET_STATUS_'),
  amount: fields.fen('amount'),
  count: fields.number('count'),
  greeting: fields.text('greeting'),
  createdAt: fields.number('createdAtMs'),
  expiresAt: fields.number('expiresAtMs'),
  endedAt: fields.number('endedAtMs'),
  claimedAmount: fields.fen('claimedAmount'),
  claimedCount: fields.number('claimedCount'),
  refunded: fields.fen('refunded'),
  claims: fields.list('claims', (claim) => ({
    user: claim.text('user'),
    index: claim.number('index'),
    amount: claim.fen('amount'),
    at: claim.number('atMs'),
  })),
  commitment: fields.text('commitment'),
  secret: fields.text('secret'),
  shareMin: fields.fen('shareMin'),
  shareMax: fields.fen('shareMax'),
});

export async function packet(api: Api, id: string): Promise<Packet> {
  const answer = await api.get(`/v1/admin/packets/${id}`);
  return answer.one('packet', readPacket) ?? readPacket(answer);
}
