export { Hits } from './Hits';
export { RuleHistory } from './RuleHistory';
export { Rules } from './Rules';
export { SuspendDialog } from './SuspendDialog';
export { Suspensions } from './Suspensions';
