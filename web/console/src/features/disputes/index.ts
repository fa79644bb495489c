export { Dispute } from './Dispute';
export { Disputes } from './Disputes';
