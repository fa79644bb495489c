import type { Api, PageOf, Query } from './api';
import type { Fields } from './fields';
import { readUser, type User } from './users';

/** A transfer whose sender asked for it back before it arrived; it is frozen until an operator decides. */
export type Dispute = {
  id: string;
  /** OPEN, or ENDED: decided, or the receiver sent the money back. */
  state: string;
  sender: User;
  receiver: User;
  amount: bigint;
  note: string;
  createdAt: number;
  arrivesAt: number;
  askedAt: number;
  reason: string;
  /** How many files the sender gave. */
  files: number;
  /** OPEN, RETURNED or RELEASED. */
  outcome: string;
  decidedAt: number;
  decidedBy: string;
  decisionReason: string;
};
export type EvidenceFile = { id: string; name: string; type: string; bytes: number };
/** Another transfer between the same two. */
export type Earlier = { id: string; sender: string; amount: bigint; status: string; createdAt: number };
export type DisputeDetails = { dispute: Dispute; files: EvidenceFile[]; earlier: Earlier[] };

const nobody: User = { id: '', name: '', displayName: '', face: '', createdAt: 0 };
const itself = (fields: Fields) => fields;

function readDispute(fields: Fields): Dispute {
  const transfer = fields.one('transfer', itself) ?? fields;
  const recall = transfer.one('recall', itself) ?? fields;
  return {
    id: transfer.text('id'),
    state: fields.kind('state', 'DISPUTE_STATE_'),
    sender: fields.one('sender', readUser) ?? { ...nobody, id: transfer.text('sender') },
    receiver: fields.one('receiver', readUser) ?? { ...nobody, id: transfer.text('receiver') },
    amount: transfer.fen('amount'),
    note: transfer.text('note'),
    createdAt: transfer.number('createdAtMs'),
    arrivesAt: transfer.number('arrivesAtMs'),
    askedAt: recall.number('askedAtMs'),
    reason: recall.text('reason'),
    files: recall.texts('evidence').length,
    outcome: recall.kind('outcome', 'RECALL_OUTCOME_'),
    decidedAt: recall.number('decidedAtMs'),
    decidedBy: fields.text('decidedByName') || fields.text('decidedBy'),
    decisionReason: recall.text('decisionReason'),
  };
}

export async function disputes(api: Api, query: Query, after: string | undefined): Promise<PageOf<Dispute>> {
  const sort = String(query.sort ?? '');
  const answer = await api.get('/v1/admin/disputes', {
    state: query.state ? `DISPUTE_STATE_${query.state}` : '',
    user: query.user,
    sort: sort.endsWith('amount') ? 'DISPUTE_SORT_AMOUNT' : 'DISPUTE_SORT_ASKED_AT',
    descending: sort === '' || sort.startsWith('-') ? 'true' : 'false',
    after,
  });
  return { rows: answer.list('disputes', readDispute), next: answer.text('next') || undefined };
}

export async function dispute(api: Api, id: string): Promise<DisputeDetails> {
  const answer = await api.get(`/v1/admin/disputes/${id}`);
  return {
    dispute: readDispute(answer),
    files: answer.list('evidence', (file) => ({
      id: file.text('id'),
      name: file.text('name'),
      type: file.text('contentType'),
      bytes: file.number('bytes'),
    })),
    earlier: answer.list('earlier', (transfer) => ({
      id: transfer.text('id'),
      sender: transfer.text('sender'),
      amount: transfer.fen('amount'),
      status: transfer.kind('status', 'TRANSFER_STATUS_'),
      createdAt: transfer.number('createdAtMs'),
    })),
  };
}

/** There is one decision; the same by the same operator again changes nothing. */
export async function decide(api: Api, id: string, outcome: 'RETURNED' | 'RELEASED', reason: string): Promise<void> {
  await api.post(`/v1/admin/disputes/${id}/decide`, { outcome: `RECALL_OUTCOME_${outcome}`, reason });
}

export const evidence = (api: Api, dispute: string, file: string): Promise<Blob> =>
  api.file(`/v1/admin/disputes/${dispute}/files/${file}`);
