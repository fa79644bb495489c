import type { Setting } from '../../api/settings';
import type { Level } from '../../api/users';

type Bounds = { each: bigint; day: bigint };

/** What accounts of a level may move, by the settings; `undefined` where the settings do not say. */
export function limitsOf(
  settings: readonly Setting[],
  level: Level,
): { send: Bounds; topUp: Bounds; withdraw: Bounds } | undefined {
  const fen = (name: string) => {
    const value = settings.find((one) => one.name === `${level.toLowerCase()}_${name}_max`)?.value;
    return value !== undefined && /^\d+$/.test(value) ? BigInt(value) : undefined;
  };
  const bounds = (name: string): Bounds | undefined => {
    const each = fen(name);
    const day = fen(`${name}_day`);
    return each === undefined || day === undefined ? undefined : { each, day };
  };
  const [send, topUp, withdraw] = [bounds('send'), bounds('top_up'), bounds('withdraw')];
  return send && topUp && withdraw && { send, topUp, withdraw };
}
