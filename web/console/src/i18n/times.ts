import { computed } from '@preact/signals';
import { locale, t } from './i18n';

const formats = computed(() => {
  const at = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale.value, { hour12: false, ...options });
  return {
    clock: at({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    moment: at({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }),
    whole: at({
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    }),
  };
});

export const clockTime = (ms: number): string => formats.value.clock.format(ms);

/** For a table: day and time; the year where it is another one. */
export function moment(ms: number, now = Date.now()): string {
  if (!ms) return '—';
  const same = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return (same ? formats.value.moment : formats.value.whole).format(ms);
}

/** To the second, for evidence. */
export const wholeTime = (ms: number): string => (ms ? formats.value.whole.format(ms) : '—');

/** A length of time in its two largest units: "1 h 5 min". */
export function lengthOfTime(ms: number): string {
  const words = t.value.times;
  if (ms < 1000) return words.ms(Math.round(ms));
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return words.s(seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(words.min(minutes), seconds % 60 ? words.s(seconds % 60) : '');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return join(words.h(hours), minutes % 60 ? words.min(minutes % 60) : '');
  return join(words.d(Math.floor(hours / 24)), hours % 24 ? words.h(hours % 24) : '');
}

/** A length of time to the millisecond, for what is set and not measured: "1 d 30 min", "−8 h". */
export function exactLength(ms: number): string {
  const words = t.value.times;
  const parts: string[] = [];
  let left = Math.abs(ms);
  for (const [unit, length] of units) {
    const whole = Math.floor(left / length);
    left -= whole * length;
    if (whole > 0) parts.push(words[unit](whole));
  }
  return `${ms < 0 ? '−' : ''}${parts.join(' ') || words.ms(0)}`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

const join = (large: string, small: string) => (small ? `${large} ${small}` : large);

/** A whole number with its thousands apart. */
export const count = (n: number): string => new Intl.NumberFormat(locale.value).format(n);
