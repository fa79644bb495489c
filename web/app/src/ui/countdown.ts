import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Runs down to a moment, once a second; tells when it is there. */
export function useCountdown(untilMs: number | undefined): number {
  const left = useSignal(Math.max(0, (untilMs ?? 0) - Date.now()));
  useEffect(() => {
    const look = () => {
      left.value = Math.max(0, (untilMs ?? 0) - Date.now());
    };
    look();
    const timer = setInterval(look, 1000);
    return () => clearInterval(timer);
  }, [untilMs]);
  return left.value;
}

/** 125000 -> "2:05". */
export function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}
