import { later } from '../../ui/later';

export { amountsHidden } from './amountsHidden';
export const Wallet = later(async () => (await import('./Wallet')).Wallet);
