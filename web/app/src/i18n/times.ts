import { computed, signal } from '@preact/signals';
import { locale, t } from './i18n';

const formats = computed(() => {
  const at = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale.value, options);
  return {
    clock: at({ hour: '2-digit', minute: '2-digit', hour12: false }),
    weekday: at({ weekday: 'short' }),
    day: at({ month: 'short', day: 'numeric' }),
    dayAndYear: at({ year: 'numeric', month: 'short', day: 'numeric' }),
    longDay: at({ month: 'long', day: 'numeric', weekday: 'short' }),
  };
});

const midnight = (ms: number, later = 0) => {
  const day = new Date(ms);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + later).getTime();
};

/** Rises at each midnight, so that no "tomorrow" outlives its day on a screen that nobody touches. */
const today = signal(midnight(Date.now()));
(function follow() {
  setTimeout(
    () => {
      today.value = midnight(Date.now());
      follow();
    },
    midnight(Date.now(), 1) - Date.now() + 50,
  );
})();

function daysAgo(ms: number, now = today.value): number {
  return Math.round((midnight(now) - midnight(ms)) / 86_400_000);
}

export const clockTime = (ms: number): string => formats.value.clock.format(ms);

/** For a list: a clock time today, else yesterday, a weekday, a date. */
export function shortTime(ms: number, now = today.value): string {
  const days = daysAgo(ms, now);
  if (days <= 0) return clockTime(ms);
  if (days === 1) return t.value.times.yesterday;
  if (days < 7) return formats.value.weekday.format(ms);
  return new Date(ms).getFullYear() === new Date(now).getFullYear()
    ? formats.value.day.format(ms)
    : formats.value.dayAndYear.format(ms);
}

/** The heading of a day in a list. */
export function dayHeading(ms: number, now = today.value): string {
  const days = daysAgo(ms, now);
  if (days === 0) return t.value.times.today;
  if (days === 1) return t.value.times.yesterday;
  if (days === -1) return t.value.times.tomorrow;
  return new Date(ms).getFullYear() === new Date(now).getFullYear()
    ? formats.value.longDay.format(ms)
    : formats.value.dayAndYear.format(ms);
}

/** A heading between messages: clock time, with the day where it is not today. */
export function momentHeading(ms: number, now = today.value): string {
  return daysAgo(ms, now) === 0 ? clockTime(ms) : `${dayHeading(ms, now)} ${clockTime(ms)}`;
}

/** A day as "2026-02-16", in words. */
export function dayWords(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return formats.value.dayAndYear.format(new Date(year, month - 1, date));
}

/** A length of time in its largest fitting unit. */
export function lengthOfTime(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return t.value.times.seconds(seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t.value.times.minutes(minutes);
  return t.value.times.hours(Math.round(minutes / 60));
}

export const dayKey = (ms: number): number => midnight(ms);
