import { later } from '../../ui/later';

export const ReleaseCodeNote = later(async () => (await import('./ReleaseCodeNote')).ReleaseCodeNote);
export const SuspensionBanner = later(async () => (await import('./SuspensionBanner')).SuspensionBanner);
