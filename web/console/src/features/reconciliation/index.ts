export { Difference } from './Difference';
export { Differences } from './Differences';
export { Runs } from './Runs';
