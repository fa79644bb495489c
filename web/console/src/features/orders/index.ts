export { Order } from './Order';
export { Orders } from './Orders';
