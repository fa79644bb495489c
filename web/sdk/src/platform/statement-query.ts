import type { StatementFilter } from '../model.js';
import { Direction, MovementKind } from '../protocol.js';

/** A filter as the query of an address, for the statement as a table. `offsetMin`: how far local time is ahead of UTC. */
export function statementQuery(filter: StatementFilter, offsetMin: number): string {
  const query = new URLSearchParams();
  for (const kind of filter.kinds ?? []) query.append('kinds', `MOVEMENT_KIND_${MovementKind[kind]}`);
  if (filter.direction) query.set('direction', `DIRECTION_${Direction[filter.direction]}`);
  const { fromMs, toMs, amountMin, amountMax, search } = filter;
  for (const [name, value] of Object.entries({ fromMs, toMs, amountMin, amountMax, search })) {
    if (value) query.set(name, String(value));
  }
  query.set('zone', zone(offsetMin));
  return query.toString();
}

/** 480 -> "+08:00". */
function zone(offsetMin: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  const size = Math.abs(offsetMin);
  return `${offsetMin < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
}
