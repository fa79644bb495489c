import { effect, signal } from '@preact/signals';

export type ThemeChoice = 'system' | 'light' | 'dark';

const key = 'laisee.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(dark.matches);
dark.addEventListener('change', (event) => {
  systemIsDark.value = event.matches;
});

function stored(): ThemeChoice {
  const value = localStorage.getItem(key);
  return value === 'light' || value === 'dark' ? value : 'system';
}

export const themeChoice = signal<ThemeChoice>(stored());

export function chooseTheme(choice: ThemeChoice): void {
  themeChoice.value = choice;
  localStorage.setItem(key, choice);
}

/** Keeps the document in the chosen theme; called once at start. */
export function applyTheme(): void {
  effect(() => {
    const isDark = themeChoice.value === 'dark' || (themeChoice.value === 'system' && systemIsDark.value);
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', isDark ? '#171412' : '#FAF7F2');
  });
}

export const reduceMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
