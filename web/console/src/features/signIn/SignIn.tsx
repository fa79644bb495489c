import { action } from '@laisee/app/ui/action';
import { Seal } from '@laisee/app/ui/seal';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { chooseLanguage, language, t } from '../../i18n/i18n';
import { enter, wasSignedOut } from '../../session/session';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Problem } from '../../ui/Problem';
import styles from './SignIn.module.css';

export function SignIn() {
  const name = useSignal('');
  const password = useSignal('');
  const code = useSignal('');
  const work = useMemo(() => action(enter), []);
  const words = t.value.signIn;
  const other = language.value === 'zh' ? 'en' : 'zh';
  const ready = name.value.trim() !== '' && password.value !== '' && /^\d{6}$/.test(code.value);
  return (
    <main class={styles.sign}>
      <div class={styles.language}>
        <Button look="plain" lang={other === 'zh' ? 'zh-CN' : 'en'} onClick={() => void chooseLanguage(other)}>
          {other === 'zh' ? '中文' : 'English'}
        </Button>
      </div>
      <form
        class={styles.box}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void work.run(name.value.trim(), password.value, code.value);
        }}
      >
        <div class={styles.brand}>
          <span class={styles.logo}>
            <Seal size={34} />
          </span>
          <div>
            <h1>{t.value.shell.console}</h1>
            <p>{words.hint}</p>
          </div>
        </div>
        {wasSignedOut.value && (
          <p class={styles.notice} role="status">
            {words.signedOut}
          </p>
        )}
        <Field
          label={words.name}
          value={name.value}
          autoComplete="username"
          autoCapitalize="none"
          spellcheck={false}
          maxLength={32}
          data-testid="operator-name"
          onText={(text) => {
            name.value = text;
          }}
        />
        <Field
          label={words.password}
          type="password"
          value={password.value}
          autoComplete="current-password"
          maxLength={128}
          data-testid="operator-password"
          onText={(text) => {
            password.value = text;
          }}
        />
        <Field
          label={words.code}
          hint={words.codeHint}
          value={code.value}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          data-testid="operator-code"
          onText={(text) => {
            code.value = text.replace(/\D/g, '').slice(0, 6);
          }}
        />
        <Problem of={work.problem.value} />
        <Button
          look="primary"
          type="submit"
          wide
          disabled={!ready}
          busy={work.busy.value}
          data-testid="operator-sign-in"
        >
          {words.signIn}
        </Button>
      </form>
    </main>
  );
}
