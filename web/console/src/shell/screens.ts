import type { ComponentType } from 'preact';
import { match } from '../router/router';
import type { Right } from '../session/rights';
import type { IconName } from '../ui/Icon';
import { later } from '../ui/later';

export type Area = 'overview' | 'users' | 'packets' | 'settings' | 'audit' | 'operators';

/** The areas in the order of the rail, in groups of what belongs together. */
export const areas: readonly (readonly { area: Area; path: string; icon: IconName; right: Right }[])[] = [
  [{ area: 'overview', path: '/', icon: 'overview', right: 'seeFigures' }],
  [
    { area: 'users', path: '/users', icon: 'users', right: 'seeUsers' },
    { area: 'packets', path: '/packets', icon: 'packets', right: 'seePackets' },
  ],
  [
    { area: 'settings', path: '/settings', icon: 'settings', right: 'seeSettings' },
    { area: 'audit', path: '/audit', icon: 'audit', right: 'seeAudit' },
    { area: 'operators', path: '/operators', icon: 'operators', right: 'seeOperators' },
  ],
];

type Screen = { pattern: string; area: Area; view: ComponentType<{ id: string }> };

const screens: readonly Screen[] = [
  { pattern: '/', area: 'overview', view: later(async () => (await import('../features/overview')).Overview) },
  { pattern: '/users', area: 'users', view: later(async () => (await import('../features/users')).Users) },
  { pattern: '/users/:id', area: 'users', view: later(async () => (await import('../features/users')).User) },
  { pattern: '/packets', area: 'packets', view: later(async () => (await import('../features/packets')).FindPacket) },
  { pattern: '/packets/:id', area: 'packets', view: later(async () => (await import('../features/packets')).Packet) },
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
