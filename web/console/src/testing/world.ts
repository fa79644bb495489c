import { drawCommitment, drawShares, PacketKind } from '@laisee/sdk';
import { type Right, type Role, rights, roles } from '../session/rights';
import { Refusal, type Routes } from './fakeServer';
import { work } from './work';

const minute = 60_000;
const day = 24 * 60 * minute;

const people = [
  ['1849300110221312', 'mei', '林小美', '🌸#E8A0A8'],
  ['1849300110225408', 'dawei', '陈大伟', '🐯#E7B75F'],
  ['1849300110229504', 'anna', 'Anna Kowalska', '🦊#D98A5B'],
  ['1849300110233600', 'tea_house', '老茶馆', '🍵#8FB8A0'],
] as const;

/** Which role has which permission, as the server has it. */
const least: Record<Right, Role> = {
  'see-figures': 'viewer',
  'see-settings': 'viewer',
  'see-users': 'support',
  'see-packets': 'support',
  'see-audit': 'support',
  'see-risk': 'support',
  'control-risk': 'support',
  'see-disputes': 'support',
  'decide-disputes': 'finance',
  'see-money': 'finance',
  'set-levels': 'finance',
  'settle-orders': 'finance',
  'see-reconciliation': 'finance',
  reconcile: 'finance',
  'change-risk-rules': 'admin',
  'change-settings': 'admin',
  'see-operators': 'admin',
  'change-operators': 'admin',
};

/** An invented server for stories and tests: enough of everything to see every state of every screen. */
export function world(now: number, role: Role = 'admin'): Routes {
  const me = { id: '1', name: 'olga', role: `ROLE_${role.toUpperCase()}`, active: true };
  const settings = new Map<string, string>([
    ['packet_share_min', '1'],
    ['packet_share_max', '20000'],
    ['packet_count_max', '100'],
    ['packet_life_ms', String(day)],
    ['greeting_chars_max', '60'],
    ['top_up_max', '5000000'],
    ['balance_max', '100000000'],
    ['group_members_max', '10000'],
    ['text_chars_max', '4000'],
    ['sessions_max', '20'],
    ...['new', 'ordinary', 'verified'].flatMap((level, i) =>
      [
        ['send', 2_000_000, 20_000_000],
        ['top_up', 5_000_000, 100_000_000],
        ['withdraw', 500_000, 1_000_000],
      ].flatMap(([kind, each, day]): [string, string][] => [
        [`${level}_${kind}_max`, String(Number(each) * (1 + i))],
        [`${level}_${kind}_day_max`, String(Number(day) * (1 + i))],
      ]),
    ),
    ['recent_ms', '120000'],
  ]);
  const usual = new Map(settings);
  let sequence = 0;
  const changes: Record<string, unknown>[] = [];
  const deeds: Record<string, unknown>[] = [];
  const levels = new Map<string, string>();
  const crew = [
    { id: '1', name: 'olga', role: 'ROLE_ADMIN', active: true, createdAtMs: now - 40 * day, sessions: 1 },
    { id: '2', name: 'sue', role: 'ROLE_SUPPORT', active: true, createdAtMs: now - 12 * day, sessions: 0 },
    { id: '3', name: 'fay', role: 'ROLE_FINANCE', active: true, createdAtMs: now - 12 * day, sessions: 0 },
    { id: '4', name: 'victor', role: 'ROLE_VIEWER', active: false, createdAtMs: now - 3 * day, sessions: 0 },
  ];

  const did = (action: string, targetKind: string, target: string, reason: unknown, before = '', after = '') => {
    deeds.unshift({
      shard: 0,
      position: String(deeds.length + 100),
      atMs: String(now - minute + deeds.length * 1000),
      by: me.id,
      byName: me.name,
      action,
      targetKind,
      target,
      reason,
      before,
      after,
    });
  };
  const set = (name: string, value: string, reason: string) => {
    const before = settings.get(name) ?? '';
    settings.set(name, value);
    sequence += 1;
    changes.unshift({
      sequence: String(sequence),
      atMs: String(now - 2 * minute),
      operator: me.id,
      operatorName: me.name,
      name,
      before,
      after: value,
      reason,
    });
    did('settings.change', 'setting', name, reason, before, value);
  };
  did('operator.create', 'operator', '2', 'New in the support team', '', 'sue, support');
  did('operator.sign-in', 'session', '884', '', '', 'Chromium on Linux');
  did('risk.lift', 'user', people[0][0], 'Called, and explained herself');
  set('packet_share_max', '18888', 'Spring festival: smaller shares, more smiles');

  const user = ([id, name, displayName, face]: (typeof people)[number], i: number) => ({
    id,
    name,
    displayName,
    face,
    createdAtMs: String(now - (30 - i * 6) * day),
  });
  const users = people.map(user);
  const needs = (least: Role, answer: () => unknown) =>
    roles.indexOf(role) >= roles.indexOf(least) ? answer() : new Refusal(403, 'ROLE_INSUFFICIENT');
  const wave = (at: number, phase: number) => 1 + Math.sin(at / 47_000 + phase) * 0.4 + Math.sin(at / 9_000) * 0.12;

  return {
    ...work(now, people, needs, did),
    'POST /v1/admin/sign-in': ({ body }) =>
      body.password === 'correct horse' ? { token: 'token', operator: me } : new Refusal(401, 'WRONG_NAME_OR_PASSWORD'),
    'POST /v1/admin/sign-out': () => ({}),
    'GET /v1/admin/me': () => ({
      operator: me,
      permissions: rights.filter((right) => roles.indexOf(role) >= roles.indexOf(least[right])),
    }),
    'POST /v1/admin/password': () => ({}),
    'GET /v1/admin/figures': () => ({
      nowMs: String(now),
      samples: Array.from({ length: 300 }, (_, i) => {
        const at = now - (299 - i) * 2000;
        return {
          atMs: String(at),
          connections: Math.round(1840 * wave(at, 2)),
          requestsPerS: Math.round(5210 * wave(at, 0)),
          opensPerS: Math.round(2380 * wave(at, 0.6)),
          courierWaiting: String(Math.round(64 * wave(at, 3))),
          viewsWaiting: String(Math.round(420 * wave(at, 4))),
          queued: Math.round(14 * wave(at, 5)),
        };
      }),
      shards: [0, 1, 2, 3].map((shard) => ({
        shard,
        ready: true,
        queued: 3 + shard * 2,
        courierWaiting: String(12 + shard * 5),
        viewsWaiting: String(88 + shard * 31),
        facts: String(1_204_881 + shard * 40_310),
        appends: String(61_020 + shard * 800),
        starts: '1',
      })),
    }),
    'GET /v1/admin/users': ({ query }) =>
      needs('support', () => {
        const q = query.get('q') ?? '';
        return { users: users.filter(({ id, name }) => id === q || name.startsWith(q)) };
      }),
    'GET /v1/admin/users/:id': ({ params }) =>
      needs('support', () => {
        const found = users.find(({ id }) => id === params.id);
        if (!found) return new Refusal(404, 'NO_SUCH_USER');
        return {
          user: found,
          ...(found.name === 'dawei'
            ? { suspension: { reason: 'SUSPENSION_REASON_OPENS', untilMs: String(now + 3 * 60 * minute) } }
            : {}),
          sessions: [
            { id: '1', device: 'Chrome on Android', openedAtMs: String(now - 9 * day), online: true },
            {
              id: '2',
              device: 'Safari on macOS',
              openedAtMs: String(now - 2 * day),
            },
          ],
        };
      }),
    'GET /v1/admin/users/:id/wallet': ({ params }) => needs('finance', () => purse(levels.get(params.id ?? ''), now)),
    'PUT /v1/admin/users/:id/level': ({ params, body }) =>
      needs('finance', () => {
        const user = params.id ?? '';
        const before = levels.get(user) ?? 'ACCOUNT_LEVEL_NEW';
        if (body.before !== before) return new Refusal(409, 'SEQUENCE_STALE');
        const word = (level: unknown) => String(level).replace('ACCOUNT_LEVEL_', '').toLowerCase();
        did('user.level', 'user', user, body.reason, word(before), word(body.level));
        levels.set(user, String(body.level));
        return purse(levels.get(user), now);
      }),
    'GET /v1/admin/users/:id/statement': ({ query }) =>
      needs('finance', () => {
        const from = Number(query.get('before') ?? 121);
        const movements = Array.from({ length: Math.min(50, from - 1) }, (_, i) => {
          const number = from - 1 - i;
          const kinds = ['PACKET_OPENED', 'PACKET_SENT', 'TOP_UP', 'PACKET_REFUND'];
          return {
            number: String(number),
            atMs: String(now - (121 - number) * 47 * minute),
            kind: `MOVEMENT_KIND_${kinds[number % 4]}`,
            amount: String(number % 4 === 1 ? -8888 : 188 * ((number % 7) + 1)),
            balance: String(128_866 - (120 - number) * 37),
            packet: number % 4 === 2 ? '0' : '1849300110233777',
            counterpart: number % 4 === 0 ? people[1][0] : '0',
          };
        });
        return { movements, more: from > 51 };
      }),
    'GET /v1/admin/packets/:id': ({ params }) =>
      needs('support', () =>
        params.id === '404' ? new Refusal(404, 'NO_SUCH_PACKET') : { packet: finishedPacket(params.id ?? '', now) },
      ),
    'GET /v1/admin/settings': () => ({
      sequence: String(sequence),
      settings: [...settings].map(([name, value]) => ({
        name,
        value: Number(value),
        default: Number(usual.get(name)),
      })),
    }),
    'GET /v1/admin/settings/history': () => ({ changes }),
    'PUT /v1/admin/settings/:name': ({ params, body }) =>
      needs('admin', () => {
        if (body.sequence !== String(sequence)) return new Refusal(409, 'SEQUENCE_STALE');
        set(params.name ?? '', String(body.value), String(body.reason));
        return {};
      }),
    'GET /v1/admin/audit': ({ query }) =>
      needs('support', () => ({
        rows: deeds.filter(
          (row) =>
            (!query.get('action') || row.action === query.get('action')) &&
            (!query.get('target') || row.target === query.get('target')),
        ),
      })),
    'GET /v1/admin/operators': () => needs('admin', () => ({ operators: crew })),
    'POST /v1/admin/operators': ({ body }) =>
      needs('admin', () => {
        if (crew.some(({ name }) => name === body.name)) return new Refusal(409, 'NAME_TAKEN');
        crew.push({
          id: String(crew.length + 1),
          name: String(body.name),
          role: String(body.role),
          active: true,
          createdAtMs: now,
          sessions: 0,
        });
        did('operator.create', 'operator', String(crew.length), body.reason, '', String(body.name));
        return secrets(String(body.name));
      }),
    'POST /v1/admin/operators/:id/reset': ({ params, body }) =>
      needs('admin', () => {
        const of = crew.find(({ id }) => id === params.id);
        if (!of) return new Refusal(422, 'NO_SUCH_OPERATOR');
        did('operator.reset', 'operator', of.id, body.reason, '', 'new password and second factor');
        return secrets(of.name);
      }),
    'PUT /v1/admin/operators/:id': ({ params, body }) =>
      needs('admin', () => {
        const of = crew.find(({ id }) => id === params.id);
        if (!of) return new Refusal(404, 'NO_SUCH_OPERATOR');
        if (of.id === me.id) return new Refusal(409, 'NOT_YOURSELF');
        did('operator.change', 'operator', of.id, body.reason, of.role, String(body.role));
        of.role = String(body.role);
        of.active = body.active === true;
        return {};
      }),
  };
}

/** A wallet under the limits of a level. */
function purse(level = 'ACCOUNT_LEVEL_NEW', now: number) {
  const times = level.endsWith('VERIFIED') ? 20n : level.endsWith('ORDINARY') ? 5n : 1n;
  const limit = (each: bigint, day: bigint, used: bigint) => ({
    each: String(each * times),
    day: String(day * times),
    left: String(day * times - used),
  });
  return {
    balance: '128866',
    held: '5000',
    level,
    send: limit(2_000_000n, 20_000_000n, 4_100_000n),
    topUp: limit(5_000_000n, 100_000_000n, 0n),
    withdraw: limit(500_000n, 1_000_000n, 705_000n),
    dayEndsMs: String(now + 5 * 60 * minute),
  };
}

/** A lucky packet whose secret is really the one its commitment promised. */
export function finishedPacket(id: string, now: number) {
  const secret = new Uint8Array(32).fill(7);
  const terms = { kind: PacketKind.LUCKY, amount: 8888n, count: 3, shareMin: 1n, shareMax: 20_000n };
  return {
    id,
    sender: people[0][0],
    conversation: '1849300110240001',
    kind: 'PACKET_KIND_LUCKY',
    status: 'PACKET_STATUS_FINISHED',
    amount: String(terms.amount),
    count: terms.count,
    greeting: '恭喜发财，万事如意',
    createdAtMs: String(now - 90 * minute),
    expiresAtMs: String(now - 90 * minute + day),
    endedAtMs: String(now - 88 * minute),
    claimedAmount: String(terms.amount),
    claimedCount: terms.count,
    claims: drawShares(secret, terms).map((amount, index) => ({
      user: people[index + 1]?.[0] ?? '',
      index,
      amount: String(amount),
      atMs: String(now - (89.6 - index / 2) * minute),
    })),
    commitment: drawCommitment(secret, terms),
    secret: '07'.repeat(32),
    shareMin: String(terms.shareMin),
    shareMax: String(terms.shareMax),
  };
}

const secrets = (name: string) => ({
  operator: { name },
  password: 'lamp-orbit-tulip-seven',
  totpUri: `otpauth://totp/Laisee:${name}?secret=JBSWY3DPEHPK3PXP`,
});
