import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { chooseLanguage, language } from '../../i18n/i18n';
import { Link } from '../../router/router';
import { Avatar } from '../../ui/Avatar';
import { Button, IconButton } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { orToast } from '../../ui/orToast';
import { Problem } from '../../ui/Problem';
import { Seal } from '../../ui/Seal';
import styles from './account.module.css';
import { FacePicker } from './FacePicker';
import { joinFace } from './faces';
import { type Door, signModel } from './signModel';
import { accountWords } from './words';

export function Sign({ door, kind, notice }: { door: Door; kind: 'in' | 'up'; notice?: string | undefined }) {
  const model = useMemo(() => signModel(door, kind), [door, kind]);
  const visible = useSignal(false);
  const words = accountWords.value;
  const problems = model.tried.value ? model.problems.value : undefined;
  const face = model.face.value;
  const up = kind === 'up';
  return (
    <main class={styles.sign}>
      <div class={styles.language}>
        <Button
          small
          look="plain"
          lang={language.value === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => void orToast(chooseLanguage(language.value === 'zh' ? 'en' : 'zh'))}
        >
          {language.value === 'zh' ? 'English' : '中文'}
        </Button>
      </div>
      <div class={styles.signBox}>
        <div class={styles.brand}>
          <span class={styles.logo}>
            <Seal size={46} />
          </span>
          <h1>{language.value === 'zh' ? '利是' : 'Laisee'}</h1>
          <p>{words.tagline}</p>
        </div>
        <form
          class={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void model.send();
          }}
        >
          {notice && (
            <p class={styles.notice} role="status">
              {notice}
            </p>
          )}
          {up && (
            <div class={styles.faceRow}>
              <Avatar face={joinFace(face.emoji, face.colour)} name="" size={72} />
              <FacePicker
                face={face}
                onChange={(next) => {
                  model.face.value = next;
                }}
              />
            </div>
          )}
          {up && (
            <Field
              label={words.displayName}
              value={model.displayName.value}
              maxLength={40}
              autoComplete="nickname"
              hint={words.displayNameHint}
              problem={problems?.displayName && words.problems.displayName}
              data-testid="display-name"
              onText={(text) => {
                model.displayName.value = text;
              }}
            />
          )}
          <Field
            label={words.name}
            value={model.name.value}
            autoComplete="username"
            autoCapitalize="none"
            spellcheck={false}
            maxLength={32}
            hint={up ? words.nameHint : undefined}
            problem={problems?.name && words.problems.name}
            data-testid="name"
            onText={model.writeName}
          />
          <div class={styles.password}>
            <Field
              label={words.password}
              type={visible.value ? 'text' : 'password'}
              value={model.password.value}
              autoComplete={up ? 'new-password' : 'current-password'}
              maxLength={128}
              hint={up ? words.passwordHint : undefined}
              problem={problems?.password && words.problems.password}
              data-testid="password"
              onText={(text) => {
                model.password.value = text;
                model.submit.forget();
              }}
            />
            <span class={styles.eye}>
              <IconButton
                icon={visible.value ? 'eyeOff' : 'eye'}
                size={20}
                label={visible.value ? words.hidePassword : words.showPassword}
                onClick={() => {
                  visible.value = !visible.value;
                }}
              />
            </span>
          </div>
          <Problem of={model.submit.problem.value} />
          <Button look="primary" type="submit" wide busy={model.submit.busy.value} data-testid="sign-submit">
            {up ? words.signUp : words.signIn}
          </Button>
        </form>
        <p class={styles.other}>
          {up ? words.haveAccount : words.newHere}{' '}
          <Link href={up ? '/sign-in' : '/sign-up'} replace>
            {up ? words.signIn : words.signUp}
          </Link>
        </p>
      </div>
    </main>
  );
}
