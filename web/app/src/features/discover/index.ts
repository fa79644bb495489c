import { later } from '../../ui/later';

export const Discover = later(async () => (await import('./Discover')).Discover);
export const Fairness = later(async () => (await import('./Fairness')).Fairness);
