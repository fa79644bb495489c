import { render } from 'preact';
import './theme/tokens.css';
import { fetchOtherWords, loadWords } from './i18n/i18n';
import { fetchErrorWords } from './i18n/refusals';
import { App } from './shell/App';
import { resume } from './shell/session';
import { applyTheme } from './theme/theme';
import { fetchMoreIcons } from './ui/Icon';
import { fetchScreensWhenIdle } from './ui/later';

applyTheme();
resume();
await loadWords();
const root = document.getElementById('app');
if (root) render(<App />, root);
fetchScreensWhenIdle();
fetchOtherWords().catch(() => undefined);
fetchErrorWords().catch(() => undefined);
fetchMoreIcons().catch(() => undefined);

// Without it the app works just as well, only not without a network.
if (import.meta.env.PROD) navigator.serviceWorker?.register('/sw.js').catch(() => undefined);
