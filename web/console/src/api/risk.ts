import type { Api, PageOf, Query } from './api';
import type { Fields } from './fields';

/** What a rule counts. */
export const ruleKinds = ['OPENS', 'STRANGERS', 'SHARED_DEVICE', 'CIRCULAR_FLOW', 'REFUND_RATE'] as const;
export type RuleKind = (typeof ruleKinds)[number];

export type Rule = {
  id: string;
  name: string;
  kind: string;
  windowMs: number;
  /** So many in the window are too many; percent for the refund rate. */
  threshold: number;
  /** For the refund rate: how many packets must have ended before it counts. */
  ofAtLeast: number;
  /** 0: it is only listed for operators. */
  suspendForMs: number;
  selfRelease: boolean;
  enabled: boolean;
  /** What it would have done is recorded, and nothing is done. */
  dryRun: boolean;
};
/** All rules at one moment; a change names the sequence it was decided on. */
export type RuleBook = { sequence: string; rules: Rule[] };

const readRule = (fields: Fields): Rule => ({
  id: fields.text('id'),
  name: fields.text('name'),
  kind: fields.kind('kind', 'RULE_KIND_'),
  windowMs: fields.number('windowMs'),
  threshold: fields.number('threshold'),
  ofAtLeast: fields.number('ofAtLeast'),
  suspendForMs: fields.number('suspendForMs'),
  selfRelease: fields.flag('selfRelease'),
  enabled: fields.flag('enabled'),
  dryRun: fields.flag('dryRun'),
});

export async function rules(api: Api): Promise<RuleBook> {
  const answer = await api.get('/v1/admin/risk/rules');
  return { sequence: answer.text('sequence'), rules: answer.list('rules', readRule) };
}

export async function changeRule(api: Api, rule: Rule, sequence: string, reason: string): Promise<void> {
  await api.put(`/v1/admin/risk/rules/${rule.id}`, {
    sequence,
    reason,
    rule: { ...rule, kind: `RULE_KIND_${rule.kind}` },
  });
}

/** The server numbers it. */
export async function addRule(api: Api, rule: Rule, sequence: string, reason: string): Promise<void> {
  await api.post('/v1/admin/risk/rules', { sequence, reason, rule: { ...rule, kind: `RULE_KIND_${rule.kind}` } });
}

/** Its number is not used again, so that what stands in the log keeps its meaning. */
export async function dropRule(api: Api, id: string, sequence: string, reason: string): Promise<void> {
  await api.post(`/v1/admin/risk/rules/${id}/drop`, { sequence, reason });
}

/** One change of the rules; no `before`: the rule was added, no `after`: it was dropped. */
export type RuleChange = {
  sequence: string;
  at: number;
  by: string;
  reason: string;
  before: Rule | undefined;
  after: Rule | undefined;
};

export async function ruleHistory(api: Api, before: string | undefined): Promise<PageOf<RuleChange>> {
  const answer = await api.get('/v1/admin/risk/rules/history', { before });
  const rows = answer.list('changes', (change) => ({
    sequence: change.text('sequence'),
    at: change.number('atMs'),
    by: change.text('byName') || change.text('by'),
    reason: change.text('reason'),
    before: change.one('before', readRule),
    after: change.one('after', readRule),
  }));
  return { rows, next: answer.flag('more') ? rows.at(-1)?.sequence : undefined };
}

/** What a rule found: which account reached it, and what came of it. */
export type Hit = { id: string; at: number; rule: string; user: string; count: number; effect: string };

export async function hits(api: Api, query: Query, after: string | undefined): Promise<PageOf<Hit>> {
  const answer = await api.get('/v1/admin/risk/hits', { ...query, after });
  return {
    rows: answer.list('hits', (hit) => ({
      id: `${hit.text('user')}-${hit.text('number')}`,
      at: hit.number('atMs'),
      rule: hit.text('rule'),
      user: hit.text('user'),
      count: hit.number('count'),
      effect: hit.kind('effect', 'RULE_EFFECT_'),
    })),
    next: answer.text('next') || undefined,
  };
}

export type Suspension = {
  user: string;
  name: string;
  reason: string;
  rule: string;
  since: number;
  until: number;
  selfRelease: boolean;
  words: string;
};

export async function suspensions(api: Api, query: Query, after: string | undefined): Promise<PageOf<Suspension>> {
  const answer = await api.get('/v1/admin/risk/suspensions', { ...query, after });
  return {
    rows: answer.list('suspensions', (fields) => ({
      user: fields.text('user'),
      name: fields.text('name'),
      reason: fields.kind('reason', 'SUSPENSION_REASON_'),
      rule: fields.text('rule'),
      since: fields.number('sinceMs'),
      until: fields.number('untilMs'),
      selfRelease: fields.flag('selfRelease'),
      words: fields.text('words'),
    })),
    next: answer.text('next') || undefined,
  };
}

export async function lift(api: Api, user: string, reason: string): Promise<void> {
  await api.post(`/v1/admin/risk/suspensions/${user}/lift`, { reason });
}

/** Suspends, or moves the end of a suspension. */
export async function suspend(api: Api, user: string, untilMs: number, selfRelease: boolean, reason: string) {
  await api.put(`/v1/admin/risk/suspensions/${user}`, { untilMs: String(untilMs), selfRelease, reason });
}
