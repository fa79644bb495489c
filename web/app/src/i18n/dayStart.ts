/** The first moment of a day that a date field names ("2026-01-31"), where this device is; `later` days after it. */
export function dayStart(day: string | undefined, later = 0): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '');
  if (!parts) return undefined;
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later).getTime();
}
