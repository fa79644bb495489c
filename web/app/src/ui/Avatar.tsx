import styles from './Avatar.module.css';

/** "🐼#E7B75F" -> an emoji on a soft ground of that colour. */
export function readFace(face: string): { emoji: string; colour: string } {
  const match = /^(.*?)(#[0-9a-fA-F]{6})?$/u.exec(face);
  return { emoji: match?.[1] ?? '', colour: match?.[2] ?? '' };
}

const grounds = ['#D9A441', '#C96F4A', '#6E9B84', '#7F8FB5', '#B08AA6', '#8C9A5B'];

function groundFor(seed: string): string {
  let sum = 0;
  for (const c of seed) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) >>> 0;
  return grounds[sum % grounds.length] ?? '#D9A441';
}

type AvatarProps = { face: string; name: string; size?: number; online?: boolean };

export function Avatar({ face, name, size = 44, online }: AvatarProps) {
  const { emoji, colour } = readFace(face);
  const letter = [...name.trim()][0]?.toUpperCase() ?? '·';
  return (
    <span class={styles.frame} style={{ width: size, height: size }} aria-hidden="true">
      <span
        class={styles.face}
        style={{ '--ground': colour || groundFor(name), fontSize: Math.round(size * (emoji ? 0.56 : 0.44)) }}
      >
        {emoji || letter}
      </span>
      {online && <span class={styles.dot} />}
    </span>
  );
}

export function GroupAvatar({ title, size = 44, seed }: { title: string; size?: number; seed: string }) {
  const letter = [...title.trim()][0]?.toUpperCase() ?? '群';
  return (
    <span class={styles.frame} style={{ width: size, height: size }} aria-hidden="true">
      <span
        class={`${styles.face} ${styles.group}`}
        style={{ '--ground': groundFor(seed), fontSize: Math.round(size * 0.42) }}
      >
        {letter}
      </span>
    </span>
  );
}
