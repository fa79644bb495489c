import { t } from '../../i18n/i18n';
import styles from './audit.module.css';

/** What something was and what it is now. */
export function Change({ before, after }: { before: string; after: string }) {
  if (before === '' && after === '') return <>—</>;
  return (
    <span class={styles.change}>
      {before !== '' && (
        <del>
          <span class="visually-hidden">{t.value.audit.before} </span>
          {before}
        </del>
      )}
      {before !== '' && <span aria-hidden="true">→</span>}
      <ins>
        <span class="visually-hidden">{t.value.audit.after} </span>
        {after}
      </ins>
    </span>
  );
}
