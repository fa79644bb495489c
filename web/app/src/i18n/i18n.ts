import { computed, effect, signal } from '@preact/signals';
import { en, type Words } from './en';
import { zh } from './zh';

export type Language = 'zh' | 'en';

const key = 'laisee.language';

function first(): Language {
  const stored = localStorage.getItem(key);
  if (stored === 'zh' || stored === 'en') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export const language = signal<Language>(first());

/** The words of the chosen language: `t.value.chats.title`. A component that reads it follows a change. */
export const t = computed<Words>(() => (language.value === 'zh' ? zh : en));

export const locale = computed(() => (language.value === 'zh' ? 'zh-CN' : 'en-GB'));

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(key, chosen);
}

/** Keeps the document's language in step; called once at start. */
export function applyLanguage(): void {
  effect(() => {
    document.documentElement.lang = locale.value;
  });
}
