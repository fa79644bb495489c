import { loadWords } from './i18n';
import { fetchErrorWords } from './refusals';

await loadWords();
await fetchErrorWords();
