import { codeOf, explain } from '../i18n/refusals';
import { Icon } from './Icon';
import styles from './Problem.module.css';

/** What went wrong, in words, where it happened. */
export function Problem({ of }: { of: unknown }) {
  if (of === undefined) return null;
  const code = codeOf(of);
  return (
    <div class={styles.problem} role="alert">
      <Icon name="alert" size={20} />
      <p>
        {explain(of)}
        {code && <small>{code}</small>}
      </p>
    </div>
  );
}
