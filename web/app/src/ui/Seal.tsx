import { glyphs } from './glyphs';
import styles from './Seal.module.css';

/** The gold disc with 開 or 利. */
export function Seal({
  size = 40,
  glyph = 'li',
  class: extra,
}: {
  size?: number;
  glyph?: keyof typeof glyphs;
  class?: string;
}) {
  return (
    <svg class={`${styles.seal} ${extra ?? ''}`} width={size} height={size} viewBox="0 0 100 100" aria-hidden="true">
      <circle class={styles.disc} cx="50" cy="50" r="49" />
      <circle class={styles.ring} cx="50" cy="50" r="43.5" />
      <path class={styles.glyph} transform="translate(24 24) scale(.52)" d={glyphs[glyph]} />
    </svg>
  );
}
