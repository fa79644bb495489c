import { batch, computed, effect, signal } from '@preact/signals';
import type { Words } from './en';

export type Language = 'zh' | 'en';

/* The same key as the app's: who reads one in Chinese reads the other in Chinese. */
const key = 'laisee.language';
const sources: Record<Language, () => Promise<Words>> = {
  zh: async () => (await import('./zh')).zh,
  en: async () => (await import('./en')).en,
};

function first(): Language {
  const stored = localStorage.getItem(key);
  if (stored === 'zh' || stored === 'en') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

const words = signal<Words | undefined>(undefined);

export const language = signal<Language>(first());

/** The words of the chosen language. A component that reads it follows a change. */
export const t = computed<Words>(() => {
  if (!words.value) throw new Error('words are read before loadWords() is done');
  return words.value;
});

export const locale = computed(() => (language.value === 'zh' ? 'zh-CN' : 'en-GB'));

async function show(chosen: Language): Promise<void> {
  const found = await sources[chosen]();
  batch(() => {
    words.value = found;
    language.value = chosen;
  });
}

/** Brings the words of the chosen language and keeps the document's language in step; called once, before any screen. */
export async function loadWords(): Promise<void> {
  await show(language.peek());
  effect(() => {
    document.documentElement.lang = locale.value;
  });
}

export async function chooseLanguage(chosen: Language): Promise<void> {
  await show(chosen);
  localStorage.setItem(key, chosen);
}
