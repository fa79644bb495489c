export { Hits } from './Hits';
export { Rules } from './Rules';
export { Suspensions } from './Suspensions';
