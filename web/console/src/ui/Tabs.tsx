import { Link, path } from '../router/router';
import styles from './Tabs.module.css';

/** The parts of one area. */
export function Tabs({ label, of }: { label: string; of: readonly { href: string; name: string }[] }) {
  return (
    <nav class={styles.tabs} aria-label={label}>
      {of.map(({ href, name }) => (
        <Link key={href} href={href} class={styles.tab} aria-current={path.value === href ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
