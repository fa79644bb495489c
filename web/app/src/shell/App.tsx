import { ClientContext } from '../client/context';
import { Sign } from '../features/account';
import { t } from '../i18n/i18n';
import { currentPath } from '../router/router';
import { Toasts } from '../ui/toast';
import { Shell } from './Shell';
import { door, session, signOut, wasSignedOut } from './session';

export function App() {
  const client = session.value;
  const kind = currentPath.value === '/sign-up' ? 'up' : 'in';
  return (
    <>
      {client ? (
        <ClientContext.Provider value={client} key={client.me.peek().id}>
          <Shell onSignOut={signOut} />
        </ClientContext.Provider>
      ) : (
        <Sign
          key={kind}
          door={door}
          kind={kind}
          notice={wasSignedOut.value ? t.value.connection.signedOut : undefined}
        />
      )}
      <Toasts />
    </>
  );
}
