import { type SignedIn, signIn, signUp } from '@laisee/sdk';
import { deviceId, deviceName } from './device-name';

const server = { addresses: [location.origin] };

/** Opens a session on the server that this page came from. Apart from the rest, for only the sign-in screen needs it. */
export const openSession = (name: string, password: string): Promise<SignedIn> =>
  signIn(server, { name, password, device: deviceName(), deviceId: deviceId() });

export const openAccount = (name: string, displayName: string, face: string, password: string): Promise<SignedIn> =>
  signUp(server, { name, displayName, face, password, device: deviceName(), deviceId: deviceId() });
