import { useSignal } from '@preact/signals';
import { useId, useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { chooseLanguage, type Language, language, t } from '../../i18n/i18n';
import { chooseTheme, type ThemeChoice, themeChoice } from '../../theme/theme';
import { Avatar } from '../../ui/Avatar';
import { action } from '../../ui/action';
import { Confirm } from '../../ui/Confirm';
import { Icon, type IconName } from '../../ui/Icon';
import { orToast } from '../../ui/orToast';
import { Card, Header, Scroll } from '../../ui/Page';
import { Row } from '../../ui/Row';
import styles from './account.module.css';
import { accountWords } from './words';

const themes: readonly [ThemeChoice, IconName][] = [
  ['system', 'system'],
  ['light', 'sun'],
  ['dark', 'moon'],
];
const languages: readonly [Language, string][] = [
  ['zh', '中文'],
  ['en', 'English'],
];

export function Me({ chosen, onSignOut }: { chosen?: string | undefined; onSignOut: () => Promise<void> }) {
  const client = useClient();
  const me = client.me.value;
  const leaving = useSignal(false);
  const signOut = useMemo(() => action(onSignOut), [onSignOut]);
  const words = accountWords.value;
  return (
    <div class={styles.screen} data-testid="me">
      <Header title={t.value.tabs.me} large />
      <Scroll>
        <Card>
          <Row
            href="/me/profile"
            chosen={chosen === 'profile'}
            lead={<Avatar face={me.face} name={me.displayName} size={60} />}
            title={<b class={styles.meName}>{me.displayName}</b>}
            note={`@${me.name}`}
            testId="profile"
          />
        </Card>
        <Card>
          <Row
            href="/me/devices"
            chosen={chosen === 'devices'}
            icon="device"
            title={words.devices}
            testId="devices-link"
          />
        </Card>
        <Card title={words.settings}>
          <Choice label={words.appearance}>
            {(name) =>
              themes.map(([one, icon]) => (
                <label key={one}>
                  <input
                    type="radio"
                    name={name}
                    checked={themeChoice.value === one}
                    onChange={() => chooseTheme(one)}
                    data-testid={`theme-${one}`}
                  />
                  <span>
                    <Icon name={icon} size={16} />
                    {words.themes[one]}
                  </span>
                </label>
              ))
            }
          </Choice>
          <Choice label={words.language}>
            {(name) =>
              languages.map(([one, title]) => (
                <label key={one}>
                  <input
                    type="radio"
                    name={name}
                    checked={language.value === one}
                    onChange={() => void orToast(chooseLanguage(one))}
                    data-testid={`language-${one}`}
                  />
                  <span lang={one}>{title}</span>
                </label>
              ))
            }
          </Choice>
        </Card>
        <Card>
          <Row
            icon="signOut"
            danger
            title={words.signOut}
            testId="sign-out"
            onClick={() => {
              leaving.value = true;
            }}
          />
        </Card>
        <p class={styles.about}>{words.about(__VERSION__)}</p>
      </Scroll>
      {leaving.value && (
        <Confirm
          title={words.signOutSure}
          hint={words.signOutHint}
          yes={words.signOut}
          work={signOut}
          onClose={() => {
            leaving.value = false;
          }}
        />
      )}
    </div>
  );
}

function Choice({ label, children }: { label: string; children: (name: string) => preact.ComponentChildren }) {
  const name = useId();
  return (
    <fieldset class={styles.choice}>
      <legend>{label}</legend>
      <div class={styles.options}>{children(name)}</div>
    </fieldset>
  );
}
