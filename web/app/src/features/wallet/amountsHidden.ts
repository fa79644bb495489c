import { signal } from '@preact/signals';

const key = 'laisee.hideAmounts';

/** Whether amounts are hidden from the eyes of those beside me; kept on this device. */
export const amountsHidden = signal(localStorage.getItem(key) === '1');

export function hideAmounts(hide: boolean): void {
  amountsHidden.value = hide;
  localStorage.setItem(key, hide ? '1' : '0');
}
