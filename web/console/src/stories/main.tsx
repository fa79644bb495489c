import { render } from 'preact';
import '@laisee/app/theme/tokens.css';
import '../console.css';
import { applyTheme } from '@laisee/app/theme';
import { loadWords } from '../i18n/i18n';
import { roleOf } from '../session/rights';
import { enter, speakTo } from '../session/session';
import { App } from '../shell/App';
import { fakeServer } from '../testing/fakeServer';
import { world } from '../testing/world';

/* The console at its own addresses over an invented server. `?role=viewer` shows what a role is offered, `?out` the sign-in. */
const asked = new URLSearchParams(location.search);
speakTo(fakeServer(world(Date.now(), roleOf(asked.get('role') ?? 'admin'))));
applyTheme();
await loadWords();
if (!asked.has('out')) await enter('olga', 'correct horse', '123456');
const root = document.getElementById('app');
if (root) render(<App />, root);
