import { render } from 'preact';
import './theme/tokens.css';
import { applyLanguage } from './i18n/i18n';
import { App } from './shell/App';
import { resume } from './shell/session';
import { applyTheme } from './theme/theme';

applyTheme();
applyLanguage();
resume();
const root = document.getElementById('app');
if (root) render(<App />, root);

if (import.meta.env.PROD && 'serviceWorker' in navigator)
  addEventListener('load', () => {
    // Without it the app works just as well, only not without a network.
    navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  });
