import { render } from 'preact';
import { LaiseeError } from '../client/client';
import { ClientContext } from '../client/context';
import { Sign } from '../features/account';
import { language, loadWords } from '../i18n/i18n';
import { currentPath } from '../router/router';
import { Shell } from '../shell/Shell';
import { applyTheme } from '../theme/theme';
import '../theme/tokens.css';
import { Toasts } from '../ui/toast';
import { world } from './world';

applyTheme();
await loadWords();
const client = world(language.value === 'zh');
const door = { signIn: async () => {}, signUp: async () => {} };

/* Stories live at the app's own addresses, over an invented world instead of a server. */
function Stories() {
  const path = currentPath.value;
  if (path === '/sign-in' || path === '/sign-up')
    return <Sign key={path} door={door} kind={path === '/sign-in' ? 'in' : 'up'} />;
  return (
    <ClientContext.Provider value={client}>
      <Shell onSignOut={async () => {}} />
    </ClientContext.Provider>
  );
}

Object.assign(window, { story: Object.assign(client, { refusal: LaiseeError.refused }) });
const root = document.getElementById('app');
if (root)
  render(
    <>
      <Stories />
      <Toasts />
    </>,
    root,
  );
