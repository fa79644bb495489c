import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';

export type Language = 'zh' | 'en';

/* One choice for the app and the console: who reads one in Chinese reads the other in Chinese. */
const key = 'laisee.language';

function first(): Language {
  const stored = localStorage.getItem(key);
  if (stored === 'zh' || stored === 'en') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export type Languages<W> = {
  readonly language: ReadonlySignal<Language>;
  /** The words of the chosen language: `t.value.chats.title`. A component that reads it follows a change. */
  readonly t: ReadonlySignal<W>;
  readonly locale: ReadonlySignal<string>;
  /** Brings the words of the chosen language and keeps the document's language in step; called once, before any screen. */
  loadWords(): Promise<void>;
  chooseLanguage(chosen: Language): Promise<void>;
  /** The other language's words, so that changing to it needs no network. */
  fetchOtherWords(): Promise<void>;
};

/** Words in one language at a time, fetched when they are wanted. */
export function languages<W>(sources: Record<Language, () => Promise<W>>): Languages<W> {
  const words = signal<W | undefined>(undefined);
  const language = signal<Language>(first());
  const locale = computed(() => (language.value === 'zh' ? 'zh-CN' : 'en-GB'));
  const show = async (chosen: Language) => {
    const found = await sources[chosen]();
    batch(() => {
      words.value = found;
      language.value = chosen;
    });
  };
  return {
    language,
    locale,
    t: computed<W>(() => {
      if (!words.value) throw new Error('words are read before loadWords() is done');
      return words.value;
    }),
    async loadWords() {
      await show(language.peek());
      effect(() => {
        document.documentElement.lang = locale.value;
      });
    },
    async chooseLanguage(chosen) {
      await show(chosen);
      localStorage.setItem(key, chosen);
    },
    async fetchOtherWords() {
      await sources[language.peek() === 'zh' ? 'en' : 'zh']();
    },
  };
}
