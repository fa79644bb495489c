import { chooseTheme, type ThemeChoice, themeChoice } from '@laisee/app/theme';
import { Seal } from '@laisee/app/ui/seal';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { chooseLanguage, language, t } from '../i18n/i18n';
import { Link, path } from '../router/router';
import { leave, mayI, operator } from '../session/session';
import { IconButton } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Icon, type IconName } from '../ui/Icon';
import { Empty } from '../ui/Page';
import { Tag } from '../ui/Tag';
import { OwnPassword } from './OwnPassword';
import styles from './Shell.module.css';
import { areas, screenAt } from './screens';

export function Shell() {
  const open = useSignal(false);
  const main = useRef<HTMLElement>(null);
  const screen = screenAt(path.value);
  const View = screen?.view;
  const allowed = screen && mayI(screen.right);
  const words = t.value;
  const title = screen ? words.areas[screen.area] : words.shell.nothingHere;
  useEffect(() => {
    document.title = `${title} · ${words.shell.console}`;
  }, [title, words]);
  // A new place begins at its top, and the keyboard goes on from there.
  useEffect(() => {
    main.current?.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
    open.value = false;
  }, [path.value]);
  return (
    <div class={styles.shell}>
      <a class={styles.skip} href="#main">
        {words.shell.skip}
      </a>
      <header class={styles.bar}>
        <IconButton icon="menu" size={22} label={words.shell.menu} onClick={() => (open.value = true)} />
        <Brand />
      </header>
      <aside class={styles.rail}>
        <Brand />
        <Areas />
        <Self />
      </aside>
      <main id="main" ref={main} class={styles.main} tabIndex={-1} data-testid="main">
        {allowed && View && <View key={path.value} id={screen.id} />}
        {screen && !allowed && (
          <Empty icon="operators" title={words.shell.notAllowed} hint={words.shell.notAllowedHint} />
        )}
        {!screen && <Empty icon="search" title={words.shell.nothingHere} hint={words.shell.nothingHereHint} />}
      </main>
      {open.value && (
        <Dialog title={words.shell.menu} onClose={() => (open.value = false)}>
          <Areas />
          <Self />
        </Dialog>
      )}
    </div>
  );
}

function Brand() {
  return (
    <Link href="/" class={styles.brand}>
      <span class={styles.logo}>
        <Seal size={20} />
      </span>
      <span>{t.value.shell.console}</span>
    </Link>
  );
}

function Areas() {
  const current = screenAt(path.value)?.area;
  return (
    <nav class={styles.areas} aria-label={t.value.shell.areas}>
      {areas.map((group) => {
        const seen = group.filter(({ right }) => mayI(right));
        return (
          seen.length > 0 && (
            <ul key={seen[0]?.area}>
              {seen.map(({ area, path, icon }) => (
                <li key={area}>
                  <Link
                    href={path}
                    class={styles.area}
                    aria-current={area === current ? 'page' : undefined}
                    data-testid={`area-${area}`}
                  >
                    <Icon name={icon} />
                    {t.value.areas[area]}
                  </Link>
                </li>
              ))}
            </ul>
          )
        );
      })}
    </nav>
  );
}

const themes: readonly { choice: ThemeChoice; icon: IconName }[] = [
  { choice: 'system', icon: 'system' },
  { choice: 'light', icon: 'sun' },
  { choice: 'dark', icon: 'moon' },
];

function Self() {
  const words = t.value.shell;
  const changing = useSignal(false);
  const { name, role } = operator.value;
  const at = themes.findIndex(({ choice }) => choice === themeChoice.value);
  const theme = themes[at] ?? themes[0];
  const next = themes[(at + 1) % themes.length];
  const other = language.value === 'zh' ? 'en' : 'zh';
  return (
    <div class={styles.self}>
      <p class={styles.who} data-testid="self">
        <b>{name}</b>
        <Tag>{t.value.roles[role]}</Tag>
      </p>
      <div class={styles.choices}>
        <button
          type="button"
          class={styles.language}
          lang={other === 'zh' ? 'zh-CN' : 'en'}
          onClick={() => void chooseLanguage(other)}
        >
          {other === 'zh' ? '中文' : 'English'}
        </button>
        {theme && next && (
          <IconButton
            icon={theme.icon}
            label={words.theme(words.themes[theme.choice], words.themes[next.choice])}
            onClick={() => chooseTheme(next.choice)}
          />
        )}
        <IconButton icon="operators" label={words.password} onClick={() => (changing.value = true)} />
        <IconButton icon="signOut" label={words.signOut} data-testid="sign-out" onClick={() => void leave()} />
      </div>
      {changing.value && <OwnPassword onClose={() => (changing.value = false)} />}
    </div>
  );
}
