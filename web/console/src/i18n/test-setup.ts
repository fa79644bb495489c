import { loadWords } from './i18n';

await loadWords();
