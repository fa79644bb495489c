import { render } from 'preact';
import '@laisee/app/theme/tokens.css';
import './console.css';
import { applyTheme } from '@laisee/app/theme';
import { loadWords } from './i18n/i18n';
import { resume } from './session/session';
import { App } from './shell/App';

applyTheme();
await Promise.all([loadWords(), resume().catch(() => undefined)]);
const root = document.getElementById('app');
if (root) render(<App />, root);
