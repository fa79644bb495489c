import type { Role } from '../session/rights';
import { Refusal, type Routes } from './fakeServer';

const minute = 60_000;
const hour = 60 * minute;

/** The areas of the invented server where somebody has something to do: disputes, risk, reconciliation. */
export function work(
  now: number,
  people: readonly (readonly [id: string, name: string, displayName: string, face: string])[],
  needs: (least: Role, answer: () => unknown) => unknown,
  did: (action: string, targetKind: string, target: string, reason: unknown, before?: string, after?: string) => void,
): Routes {
  const id = (i: number) => people[i]?.[0] ?? '';
  const user = (i: number) => {
    const [id = '', name = '', displayName = '', face = ''] = people[i] ?? [];
    return { id, name, displayName, face };
  };
  const disputes = [
    {
      id: '1849300990000001',
      sender: id(0),
      receiver: id(1),
      amount: '88800',
      note: '房租',
      status: 'TRANSFER_STATUS_FROZEN',
      createdAtMs: String(now - 100 * minute),
      arrivesAtMs: String(now + 20 * minute),
      recall: {
        askedAtMs: String(now - 42 * minute),
        reason:
          'I was told on the phone to pay a deposit for a flat. The landlord does not know this account; see his message.',
        evidence: ['71', '72', '73'],
        outcome: 'RECALL_OUTCOME_OPEN',
        decidedBy: '',
        decisionReason: '',
        decidedAtMs: '0',
      },
    },
    {
      id: '1849300990000002',
      sender: id(2),
      receiver: id(3),
      amount: '5200',
      note: '',
      status: 'TRANSFER_STATUS_RECALLED',
      createdAtMs: String(now - 30 * hour),
      arrivesAtMs: String(now - 6 * hour),
      recall: {
        askedAtMs: String(now - 28 * hour),
        reason: '转错人了',
        evidence: [] as string[],
        outcome: 'RECALL_OUTCOME_RETURNED',
        decidedBy: 'fay',
        decisionReason: 'Receiver agrees in the conversation',
        decidedAtMs: String(now - 27 * hour),
      },
    },
  ];
  const stateOf = ({ status }: { status: string }) =>
    status === 'TRANSFER_STATUS_FROZEN' ? 'DISPUTE_STATE_OPEN' : 'DISPUTE_STATE_ENDED';
  const shown = (transfer: (typeof disputes)[number]) => ({
    transfer,
    state: stateOf(transfer),
    sender: user(0),
    receiver: user(1),
    decidedByName: transfer.recall.decidedBy,
  });
  let sequence = 3;
  const rules = [
    rule('1', 'Opens per minute', 'OPENS', minute, 60, hour, true, true, false),
    rule('2', 'Packets to strangers per hour', 'STRANGERS', hour, 20, 24 * hour, true, true, true),
    rule('3', 'Accounts on one device in a day', 'SHARED_DEVICE', 24 * hour, 5, 24 * hour, false, false, true),
    rule('4', 'Money in circles in a day', 'CIRCULAR_FLOW', 24 * hour, 5, 24 * hour, false, false, true),
    rule('5', 'Percent of packets refunded in a day', 'REFUND_RATE', 24 * hour, 80, 0, false, false, true),
  ];
  const ruleChanges: object[] = [];
  const changed = (reason: unknown, before: (typeof rules)[number] | undefined, after: typeof before) => {
    sequence += 1;
    ruleChanges.unshift({ sequence: String(sequence), atMs: String(now), byName: 'olga', reason, before, after });
    did('risk.rule', 'rule', (after ?? before)?.id ?? '', reason);
  };
  const first = rules[0];
  if (first) changed('Sixty in a minute is no person', { ...first, enabled: false, dryRun: true }, first);
  let suspended = [
    {
      user: id(1),
      name: people[1]?.[1] ?? '',
      reason: 'SUSPENSION_REASON_OPENS',
      rule: '1',
      sinceMs: String(now - 20 * minute),
      untilMs: String(now + 40 * minute),
      selfRelease: true,
      words: '',
    },
    {
      user: id(3),
      name: people[3]?.[1] ?? '',
      reason: 'SUSPENSION_REASON_OPERATOR',
      rule: '0',
      sinceMs: String(now - 5 * hour),
      untilMs: String(now + 19 * hour),
      selfRelease: false,
      words: 'Reported by three people',
    },
  ];
  const differences = [
    difference('42', 'credit-missing', 'RAISED', '1849300110233777', '2962', '0', now - 12 * minute),
    difference('43', 'view-movement', 'REPAIRED', id(0), '188', '881', now - 3 * hour),
  ];
  const orders = inventedOrders(now, user);
  const step = (kind: string, at: number, more: object = {}) => ({
    kind: `ORDER_STEP_KIND_${kind}`,
    atMs: String(at),
    position: String(at),
    amount: '26600',
    ...more,
  });
  const life = (of: (typeof orders)[number]) => {
    const made = Number(of.order.createdAtMs);
    const state = of.order.status.replace('ORDER_STATUS_', '');
    const said = (word: string) => step('SAID', made + 2 * minute, { word: `PROVIDER_WORD_${word}` });
    return {
      order: of,
      mayBeAsked: ['UNKNOWN', 'SUBMITTED'].includes(state),
      mayBeSettled: state === 'CREATED',
      steps: [
        step('CREATED', made),
        ...(state === 'CREATED' ? [] : [step('HANDED_OVER', made + minute, { attempt: 1 })]),
        ...(['SUCCEEDED', 'FAILED', 'RETURNED'].includes(state) ? [said(state)] : []),
        ...(state === 'SUBMITTED' ? [said('PENDING')] : []),
        ...of.raised.map((said) => step('RAISED', made + 9 * minute, said)),
        ...of.deeds,
      ],
    };
  };
  const handled = (deed: string, kind: string) => (params: Record<string, string>, body: Record<string, unknown>) =>
    needs('finance', () => {
      const found = orders.find(({ order }) => order.id === params.id);
      if (!found) return new Refusal(422, 'NO_SUCH_ORDER');
      found.deeds.push(step(kind, now, { byName: 'olga', reason: body.reason }));
      if (deed === 'close') found.raised = [];
      if (deed === 'settle') found.order.status = 'ORDER_STATUS_FAILED';
      did(`order.${deed}`, 'order', found.order.id, body.reason);
      return life(found);
    });
  return {
    'GET /v1/admin/orders': ({ query }) =>
      needs('finance', () => ({
        orders: orders.filter(
          ({ order, raised }) =>
            (!query.get('status') || order.status === query.get('status')) &&
            (!query.get('raised') || raised.length > 0),
        ),
        complete: true,
      })),
    'GET /v1/admin/orders/:id': ({ params }) =>
      needs('finance', () => {
        const found = orders.find(({ order }) => order.id === params.id);
        return found ? life(found) : new Refusal(422, 'NO_SUCH_ORDER');
      }),
    'POST /v1/admin/orders/:id/ask': ({ params, body }) => handled('ask', 'ASKED')(params, body),
    'POST /v1/admin/orders/:id/settle': ({ params, body }) => handled('settle', 'DECIDED')(params, body),
    'POST /v1/admin/orders/:id/close': ({ params, body }) => handled('close', 'RAISED_CLOSED')(params, body),
    'GET /v1/admin/disputes': ({ query }) =>
      needs('support', () => ({
        disputes: disputes.filter((one) => !query.get('state') || stateOf(one) === query.get('state')).map(shown),
        complete: true,
      })),
    'GET /v1/admin/disputes/:id': ({ params }) =>
      needs('support', () => {
        const found = disputes.find(({ id }) => id === params.id);
        if (!found) return new Refusal(422, 'NO_SUCH_TRANSFER');
        return {
          ...shown(found),
          earlier: [{ ...found, id: '1849300980000007', amount: '2000', status: 'TRANSFER_STATUS_ACCEPTED' }],
          evidence: found.recall.evidence.map((file, i) => ({
            id: file,
            name: ['message.svg', 'account.svg', 'contract.pdf'][i],
            contentType: i === 2 ? 'application/pdf' : 'image/svg+xml',
            bytes: String(48_000 + i * 71_000),
          })),
        };
      }),
    'POST /v1/admin/disputes/:id/decide': ({ params, body }) =>
      needs('finance', () => {
        const found = disputes.find(({ id }) => id === params.id);
        if (!found) return new Refusal(422, 'NO_SUCH_TRANSFER');
        const back = body.outcome === 'RECALL_OUTCOME_RETURNED';
        found.status = back ? 'TRANSFER_STATUS_RECALLED' : 'TRANSFER_STATUS_PENDING';
        Object.assign(found.recall, {
          outcome: body.outcome,
          decidedBy: 'olga',
          decisionReason: body.reason,
          decidedAtMs: String(now),
        });
        did('dispute.decide', 'transfer', found.id, body.reason, 'frozen', back ? 'returned' : 'released');
        return shown(found);
      }),
    'GET /v1/admin/disputes/:id/files/:file': ({ params }) =>
      new Blob([picture(params.file ?? '')], { type: 'image/svg+xml' }),
    'GET /v1/admin/risk/rules': () => needs('support', () => ({ sequence: String(sequence), rules })),
    'PUT /v1/admin/risk/rules/:id': ({ params, body }) =>
      needs('admin', () => {
        if (body.sequence !== String(sequence)) return new Refusal(409, 'RULES_STALE');
        const at = rules.findIndex(({ id }) => id === params.id);
        const before = rules[at];
        rules[at] = body.rule as (typeof rules)[number];
        changed(body.reason, before, rules[at]);
        return {};
      }),
    'POST /v1/admin/risk/rules': ({ body }) =>
      needs('admin', () => {
        if (body.sequence !== String(sequence)) return new Refusal(409, 'RULES_STALE');
        const after = { ...(body.rule as (typeof rules)[number]), id: String(rules.length + 1) };
        rules.push(after);
        changed(body.reason, undefined, after);
        return {};
      }),
    'POST /v1/admin/risk/rules/:id/drop': ({ params, body }) =>
      needs('admin', () => {
        if (body.sequence !== String(sequence)) return new Refusal(409, 'RULES_STALE');
        const at = rules.findIndex(({ id }) => id === params.id);
        if (at < 0) return new Refusal(422, 'NO_SUCH_RULE');
        changed(body.reason, rules.splice(at, 1)[0], undefined);
        return {};
      }),
    'GET /v1/admin/risk/rules/history': () => needs('support', () => ({ changes: ruleChanges, more: false })),
    'GET /v1/admin/risk/hits': () =>
      needs('support', () => ({
        hits: ['SUSPENDED', 'DRY_RUN', 'FLAGGED', 'ALREADY'].map((effect, i) => ({
          user: id(i),
          number: String(i + 1),
          atMs: String(now - i * 17 * minute),
          rule: String((i % 2) + 1),
          count: 60 + i,
          effect: `RULE_EFFECT_${effect}`,
        })),
      })),
    'GET /v1/admin/risk/suspensions': ({ query }) =>
      needs('support', () => ({
        suspensions: suspended.filter((one) => !query.get('user') || one.user === query.get('user')),
      })),
    'POST /v1/admin/risk/suspensions/:user/lift': ({ params, body }) =>
      needs('support', () => {
        suspended = suspended.filter((one) => one.user !== params.user);
        did('risk.lift', 'user', params.user ?? '', body.reason);
        return {};
      }),
    'PUT /v1/admin/risk/suspensions/:user': ({ params, body }) =>
      needs('support', () => {
        const known = suspended.find((one) => one.user === params.user);
        if (known) known.untilMs = String(body.untilMs);
        else
          suspended.unshift({
            user: params.user ?? '',
            name: people.find(([id]) => id === params.user)?.[1] ?? '',
            reason: 'SUSPENSION_REASON_OPERATOR',
            rule: '0',
            sinceMs: String(now),
            untilMs: String(body.untilMs),
            selfRelease: body.selfRelease === true,
            words: String(body.reason),
          });
        did('risk.suspend', 'user', params.user ?? '', body.reason);
        return {};
      }),
    'GET /v1/admin/reconciliation/differences': () => needs('finance', () => ({ differences })),
    'GET /v1/admin/reconciliation/differences/:id': ({ params }) =>
      needs('finance', () => differences.find(({ id }) => id === params.id) ?? new Refusal(404, 'NOT_FOUND')),
    'POST /v1/admin/reconciliation/differences/:id/close': ({ params, body }) =>
      needs('finance', () => {
        const found = differences.find(({ id }) => id === params.id);
        Object.assign(found ?? {}, { state: 'DIFFERENCE_STATE_CLOSED', closedBy: 'olga', closedReason: body.reason });
        did('reconciliation.close', 'difference', params.id ?? '', body.reason);
        return {};
      }),
    'GET /v1/admin/reconciliation/runs': () =>
      needs('finance', () => ({
        shards: [0, 1, 2, 3].map((shard) => ({
          shard,
          behindMs: 1200 + shard * 800,
          compared: 88_310 + shard * 4_071,
        })),
        runs: [1, 2, 3].map((ago) => ({
          day: new Date(now - ago * 24 * hour).toISOString().slice(0, 10),
          atMs: String(now - ago * 24 * hour + 3 * hour),
          compared: 214_000 - ago * 9_000,
          differences: ago === 2 ? 1 : 0,
        })),
      })),
    'POST /v1/admin/reconciliation/runs': () => needs('finance', () => ({})),
  };
}

function inventedOrders(now: number, user: (i: number) => { id: string; name: string }) {
  return ['SUCCEEDED', 'UNKNOWN', 'SUBMITTED', 'FAILED', 'RETURNED', 'CREATED'].map((state, i) => ({
    order: {
      id: `18493008800000${i}`,
      kind: i % 2 ? 'ORDER_KIND_WITHDRAWAL' : 'ORDER_KIND_TOP_UP',
      status: `ORDER_STATUS_${state}`,
      amount: String(20_000 + i * 3_300),
      destination: i % 2 ? '6222 **** 0143' : '',
      reference: state === 'CREATED' ? '' : `PSP-${4410 + i}`,
      reason: state === 'FAILED' ? 'account closed' : '',
      createdAtMs: String(now - (i + 1) * 26 * minute),
      changedAtMs: String(now - (i + 1) * 25 * minute),
    },
    user: user(i % 4).id,
    userName: user(i % 4).name,
    provider: 'PAYMENT_PROVIDER_WEBHOOK',
    attempts: state === 'CREATED' ? 0 : 1,
    deeds: [] as object[],
    raised:
      state === 'FAILED'
        ? [
            {
              word: 'PROVIDER_WORD_SUCCEEDED',
              amount: '29900',
              reference: 'PSP-9999',
              reason: '',
              atMs: String(now - 20 * minute),
            },
          ]
        : [],
  }));
}

function rule(
  id: string,
  name: string,
  kind: string,
  windowMs: number,
  threshold: number,
  suspendForMs: number,
  selfRelease: boolean,
  enabled: boolean,
  dryRun: boolean,
) {
  return {
    id,
    name,
    kind: `RULE_KIND_${kind}`,
    windowMs,
    threshold,
    ofAtLeast: kind === 'REFUND_RATE' ? 20 : 0,
    suspendForMs,
    selfRelease,
    enabled,
    dryRun,
  };
}

function difference(
  id: string,
  kind: string,
  state: string,
  subject: string,
  expected: string,
  found: string,
  at: number,
) {
  return {
    id,
    kind,
    state: `DIFFERENCE_STATE_${state}`,
    subject,
    user: '1849300110225408',
    shard: 2,
    position: '881',
    otherShard: 1,
    otherPosition: '5120',
    atMs: String(at),
    foundAtMs: String(at + 4000),
    expected,
    found,
    words: 'Shard 1 has read past position 881 of shard 2, which owes this credit, and credited nothing.',
    closedBy: '',
    closedReason: '',
  };
}

const picture = (id: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 60"><rect width="80" height="60" fill="${id === '71' ? '#d8c8b4' : '#b9c9c0'}"/><rect x="10" y="12" width="44" height="12" rx="6" fill="#fff"/><rect x="26" y="32" width="44" height="12" rx="6" fill="#fbe3d6"/></svg>`;
