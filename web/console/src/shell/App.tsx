import { Toasts } from '@laisee/app/ui/toast';
import { SignIn } from '../features/signIn/SignIn';
import { session } from '../session/session';
import { Shell } from './Shell';

export function App() {
  const here = session.value;
  return (
    <>
      {here ? <Shell key={here.operator.id} /> : <SignIn />}
      <Toasts />
    </>
  );
}
