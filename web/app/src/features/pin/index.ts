import { later } from '../../ui/later';

export const PinFlowSheet = later(async () => (await import('./PinFlowSheet')).PinFlowSheet);
export const PinGateSheet = later(async () => (await import('./PinGateSheet')).PinGateSheet);
export type { Purpose } from './pinFlow';
export { type PinGate, pinGate } from './pinGate';
