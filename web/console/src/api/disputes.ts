import type { Api, PageOf, Query } from './api';
import type { Fields } from './fields';
import { readUser, type User } from './users';

/** A transfer whose sender asked for it back before it arrived; it is frozen until an operator decides. */
export type Dispute = {
  id: string;
  sender: string;
  receiver: string;
  amount: bigint;
  note: string;
  status: string;
  createdAt: number;
  arrivesAt: number;
  askedAt: number;
  reason: string;
  evidence: string[];
  /** OPEN, RETURNED or RELEASED. */
  outcome: string;
  decidedAt: number;
  decidedBy: string;
  decisionReason: string;
};
export type EvidenceFile = { id: string; name: string; type: string; bytes: number };
export type DisputeDetails = {
  dispute: Dispute;
  sender: User | undefined;
  receiver: User | undefined;
  files: EvidenceFile[];
};

const readDispute = (fields: Fields): Dispute => {
  const recall = fields.one('recall', (inner) => inner) ?? fields;
  return {
    id: fields.text('id'),
    sender: fields.text('sender'),
    receiver: fields.text('receiver'),
    amount: fields.fen('amount'),
    note: fields.text('note'),
    status: fields.kind('status', 'TRANSFER_STATUS_'),
    createdAt: fields.number('createdAtMs'),
    arrivesAt: fields.number('arrivesAtMs'),
    askedAt: recall.number('askedAtMs'),
    reason: recall.text('reason'),
    evidence: recall.texts('evidence'),
    outcome: recall.kind('outcome', 'RECALL_OUTCOME_') || 'OPEN',
    decidedAt: recall.number('decidedAtMs'),
    decidedBy: recall.text('decidedBy'),
    decisionReason: recall.text('decisionReason'),
  };
};

export async function disputes(api: Api, query: Query, after: string | undefined): Promise<PageOf<Dispute>> {
  const answer = await api.get('/v1/admin/disputes', { ...query, after });
  return { rows: answer.list('disputes', readDispute), next: answer.text('next') || undefined };
}

export async function dispute(api: Api, id: string): Promise<DisputeDetails> {
  const answer = await api.get(`/v1/admin/disputes/${id}`);
  return {
    dispute: answer.one('dispute', readDispute) ?? readDispute(answer),
    sender: answer.one('sender', readUser),
    receiver: answer.one('receiver', readUser),
    files: answer.list('files', (file) => ({
      id: file.text('id'),
      name: file.text('name'),
      type: file.text('contentType'),
      bytes: file.number('bytes'),
    })),
  };
}

export type Decision = 'return' | 'release';

export async function decide(api: Api, id: string, decision: Decision, reason: string): Promise<void> {
  await api.post(`/v1/admin/disputes/${id}/decide`, { decision, reason });
}

export const evidence = (api: Api, file: string): Promise<Blob> => api.file(`/v1/files/${file}`);
