import { moment, wholeTime } from '../i18n/times';

/** A moment; pointing at it says it to the second. */
export function Time({ at, whole }: { at: number; whole?: boolean }) {
  if (!at) return <>—</>;
  return (
    <time dateTime={new Date(at).toISOString()} title={wholeTime(at)}>
      {whole ? wholeTime(at) : moment(at)}
    </time>
  );
}
