import type { ComponentType } from 'preact';
import { match } from '../router/router';
import type { Right } from '../session/rights';
import type { IconName } from '../ui/Icon';
import { later } from '../ui/later';

export type Area =
  | 'overview'
  | 'users'
  | 'packets'
  | 'orders'
  | 'disputes'
  | 'risk'
  | 'reconciliation'
  | 'settings'
  | 'audit'
  | 'operators';

/** The areas in the order of the rail, in groups of what belongs together. */
export const areas: readonly (readonly { area: Area; path: string; icon: IconName; right: Right }[])[] = [
  [{ area: 'overview', path: '/', icon: 'overview', right: 'see-figures' }],
  [
    { area: 'users', path: '/users', icon: 'users', right: 'see-users' },
    { area: 'packets', path: '/packets', icon: 'packets', right: 'see-packets' },
    { area: 'orders', path: '/orders', icon: 'orders', right: 'see-money' },
  ],
  [
    { area: 'disputes', path: '/disputes', icon: 'disputes', right: 'see-disputes' },
    { area: 'risk', path: '/risk', icon: 'risk', right: 'see-risk' },
    { area: 'reconciliation', path: '/reconciliation', icon: 'reconciliation', right: 'see-reconciliation' },
  ],
  [
    { area: 'settings', path: '/settings', icon: 'settings', right: 'see-settings' },
    { area: 'audit', path: '/audit', icon: 'audit', right: 'see-audit' },
    { area: 'operators', path: '/operators', icon: 'operators', right: 'see-operators' },
  ],
];

type Screen = { pattern: string; area: Area; view: ComponentType<{ id: string }> };

const screens: readonly Screen[] = [
  { pattern: '/', area: 'overview', view: later(async () => (await import('../features/overview')).Overview) },
  { pattern: '/users', area: 'users', view: later(async () => (await import('../features/users')).Users) },
  { pattern: '/users/:id', area: 'users', view: later(async () => (await import('../features/users')).User) },
  { pattern: '/packets', area: 'packets', view: later(async () => (await import('../features/packets')).FindPacket) },
  { pattern: '/packets/:id', area: 'packets', view: later(async () => (await import('../features/packets')).Packet) },
  { pattern: '/orders', area: 'orders', view: later(async () => (await import('../features/orders')).Orders) },
  { pattern: '/orders/:id', area: 'orders', view: later(async () => (await import('../features/orders')).Order) },
  { pattern: '/disputes', area: 'disputes', view: later(async () => (await import('../features/disputes')).Disputes) },
  {
    pattern: '/disputes/:id',
    area: 'disputes',
    view: later(async () => (await import('../features/disputes')).Dispute),
  },
  { pattern: '/risk', area: 'risk', view: later(async () => (await import('../features/risk')).Suspensions) },
  { pattern: '/risk/rules', area: 'risk', view: later(async () => (await import('../features/risk')).Rules) },
  { pattern: '/risk/hits', area: 'risk', view: later(async () => (await import('../features/risk')).Hits) },
  { pattern: '/risk/history', area: 'risk', view: later(async () => (await import('../features/risk')).RuleHistory) },
  {
    pattern: '/reconciliation',
    area: 'reconciliation',
    view: later(async () => (await import('../features/reconciliation')).Differences),
  },
  {
    pattern: '/reconciliation/runs',
    area: 'reconciliation',
    view: later(async () => (await import('../features/reconciliation')).Runs),
  },
  {
    pattern: '/reconciliation/:id',
    area: 'reconciliation',
    view: later(async () => (await import('../features/reconciliation')).Difference),
  },
  { pattern: '/settings', area: 'settings', view: later(async () => (await import('../features/settings')).Settings) },
  { pattern: '/audit', area: 'audit', view: later(async () => (await import('../features/audit')).AuditLog) },
  {
    pattern: '/operators',
    area: 'operators',
    view: later(async () => (await import('../features/operators')).Operators),
  },
];

/** What an address shows. */
export function screenAt(path: string): (Screen & { id: string; right: Right }) | undefined {
  for (const screen of screens) {
    const found = match(screen.pattern, path);
    const right = areas.flat().find(({ area }) => area === screen.area)?.right;
    if (found && right) return { ...screen, id: found.id ?? '', right };
  }
  return undefined;
}
