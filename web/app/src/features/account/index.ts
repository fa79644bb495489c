import { later } from '../../ui/later';

export type { Door } from './signModel';
export const Devices = later(async () => (await import('./Devices')).Devices);
export const Me = later(async () => (await import('./Me')).Me);
export const Profile = later(async () => (await import('./Profile')).Profile);
export const Sign = later(async () => (await import('./Sign')).Sign);
