import { computed, signal } from '@preact/signals';
import { action } from '../../ui/action';
import { joinFace, randomFace } from './faces';

/** Opens an account or a session; the shell gives these, so that this form knows no network. */
export type Door = {
  signIn: (name: string, password: string) => Promise<void>;
  signUp: (name: string, displayName: string, face: string, password: string) => Promise<void>;
};

export const goodName = (name: string): boolean => /^[a-z0-9_]{3,32}$/.test(name);

export function signModel(door: Door, kind: 'in' | 'up') {
  const name = signal('');
  const displayName = signal('');
  const password = signal('');
  const face = signal(randomFace());
  /** Problems are said only after a first try, and then at once as one types. */
  const tried = signal(false);
  const problems = computed(() => ({
    name: kind === 'up' && !goodName(name.value) ? ('name' as const) : undefined,
    displayName:
      kind === 'up' && ([...displayName.value.trim()].length < 1 || [...displayName.value.trim()].length > 40)
        ? ('displayName' as const)
        : undefined,
    password: kind === 'up' && password.value.length < 8 ? ('password' as const) : undefined,
  }));
  const submit = action(async () => {
    if (kind === 'in') await door.signIn(name.value, password.value);
    else
      await door.signUp(
        name.value,
        displayName.value.trim(),
        joinFace(face.value.emoji, face.value.colour),
        password.value,
      );
  });
  return {
    name,
    displayName,
    password,
    face,
    tried,
    problems,
    submit,
    writeName: (text: string) => {
      name.value = text.toLowerCase().replace(/\s/g, '');
      submit.forget();
    },
    async send() {
      tried.value = true;
      const { name: a, displayName: b, password: c } = problems.value;
      if (a || b || c || !name.value || !password.value) return false;
      return submit.run();
    },
  };
}
