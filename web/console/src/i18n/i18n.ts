import { languages } from '@laisee/app/languages';
import type { Words } from './en';

export type { Language } from '@laisee/app/languages';

export const { language, t, locale, loadWords, chooseLanguage } = languages<Words>({
  zh: async () => (await import('./zh')).zh,
  en: async () => (await import('./en')).en,
});
