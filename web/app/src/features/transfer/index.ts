import { later } from '../../ui/later';

export const SendTransferSheet = later(async () => (await import('./SendTransferSheet')).SendTransferSheet);
export { onItsWay } from './onItsWay';
export { TransferCard } from './TransferCard';
export const TransferDetails = later(async () => (await import('./TransferDetails')).TransferDetails);
export const TransferList = later(async () => (await import('./TransferList')).TransferList);
