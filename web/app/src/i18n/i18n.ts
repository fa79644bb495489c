import { computed, type ReadonlySignal } from '@preact/signals';
import type { Words } from './en';
import { type Language, languages } from './languages';

export type { Language } from './languages';

export const { language, t, locale, loadWords, chooseLanguage, fetchOtherWords } = languages<Words>({
  zh: async () => (await import('./zh')).zh,
  en: async () => (await import('./en')).en,
});

/** Words of one feature in both languages, which come with its screens and so are no part of the first load. */
export function inBoth<W>(both: Record<Language, W>): ReadonlySignal<W> & { readonly both: Record<Language, W> } {
  return Object.assign(
    computed(() => both[language.value]),
    { both },
  );
}
