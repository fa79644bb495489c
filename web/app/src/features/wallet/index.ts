import { later } from '../../ui/later';

export { amountsHidden } from './amountsHidden';
export const OrderList = later(async () => (await import('./OrderList')).OrderList);
export const Wallet = later(async () => (await import('./Wallet')).Wallet);
