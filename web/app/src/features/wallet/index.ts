export { amountsHidden, Wallet } from './Wallet';
