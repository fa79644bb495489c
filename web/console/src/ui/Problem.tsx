import { t } from '../i18n/i18n';
import { codeOf, explain } from '../i18n/refusals';
import { Button } from './Button';
import { Icon } from './Icon';
import styles from './Problem.module.css';

/** What went wrong, in words, where it happened. */
export function Problem({ of, again }: { of: unknown; again?: (() => void) | undefined }) {
  if (of === undefined) return null;
  const code = codeOf(of);
  return (
    <div class={styles.problem} role="alert" data-testid="problem" data-code={code}>
      <Icon name="alert" />
      <p>
        {explain(of)}
        {code && <small>{code}</small>}
      </p>
      {again && <Button onClick={again}>{t.value.common.retry}</Button>}
    </div>
  );
}
