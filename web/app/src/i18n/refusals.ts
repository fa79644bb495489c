import { signal } from '@preact/signals';
import { LaiseeError } from '../client/client';
import type { ErrorWords } from './errors';
import { type Language, language, t } from './i18n';

const known = signal<Record<Language, ErrorWords> | undefined>(undefined);

/** Brings the words for all errors; the first error asks for them too, should it come before. */
export async function fetchErrorWords(): Promise<void> {
  if (!known.peek()) known.value = (await import('./errors')).errors;
}

/** Words for whatever was thrown: what happened, what was not lost, what to do. */
export function explain(problem: unknown): string {
  if (!(problem instanceof LaiseeError)) return t.value.wrong;
  if (problem.local && problem.kind === 'operation') return t.value.network;
  if (!known.value) fetchErrorWords().catch(() => undefined);
  const words = known.value?.[language.value][problem.code] ?? t.value.wrong;
  return typeof words === 'string' ? words : words(problem.details);
}

/** The code in small letters for support; nothing where the server said none. */
export function codeOf(problem: unknown): string | undefined {
  return problem instanceof LaiseeError && !problem.local ? t.value.common.code(problem.codeName) : undefined;
}
