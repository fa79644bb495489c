import type { ComponentChildren } from 'preact';
import styles from './Tag.module.css';

export type Tone = 'calm' | 'good' | 'warn' | 'bad';

/** A state in one or two words. The colour repeats what the words say. */
export function Tag({ tone = 'calm', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`${styles.tag} ${styles[tone]}`}>{children}</span>;
}
