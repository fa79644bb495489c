export { Devices } from './Devices';
export { Me } from './Me';
export { Profile } from './Profile';
export { Sign } from './Sign';
export type { Door } from './signModel';
