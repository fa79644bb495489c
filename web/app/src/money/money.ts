/**
 * The only place where fen become words and words become fen.
 * Everywhere else an amount is a bigint of fen; there are no fractions.
 */

/** 888n -> "8.88", 123456n -> "1,234.56". The sign is left out: see `signed`. */
export function figures(fen: bigint): string {
  const absolute = fen < 0n ? -fen : fen;
  const yuan = (absolute / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return `${yuan}.${(absolute % 100n).toString().padStart(2, '0')}`;
}

/** 888n -> "¥8.88", -888n -> "−¥8.88". */
export function money(fen: bigint): string {
  return `${fen < 0n ? '−' : ''}¥${figures(fen)}`;
}

/** As `money`, with a plus sign where money came in. */
export function signed(fen: bigint): string {
  return fen > 0n ? `+¥${figures(fen)}` : money(fen);
}

/** For fields and spreadsheets, which want bare digits: 123456n -> "1234.56", -888n -> "-8.88". */
export function plain(fen: bigint): string {
  return `${fen < 0n ? '-' : ''}${figures(fen).replaceAll(',', '')}`;
}

/** What someone typed, or undefined where it is not an amount. "8" -> 800n, "8.8" -> 880n. */
export function parseMoney(typed: string): bigint | undefined {
  const match = /^(\d{0,9})(?:[.。](\d{0,2}))?$/.exec(typed.trim());
  if (!match || (!match[1] && !match[2])) return undefined;
  return BigInt(match[1] || '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0') || '0');
}

/** Keeps only what can still become an amount, so that a field never holds nonsense. */
export function amountInput(typed: string): string {
  const [whole = '', ...rest] = typed
    .replace(/。/g, '.')
    .replace(/[^\d.]/g, '')
    .split('.');
  const digits = whole.replace(/^0+(?=\d)/, '').slice(0, 7);
  return rest.length ? `${digits || '0'}.${rest.join('').slice(0, 2)}` : digits;
}
