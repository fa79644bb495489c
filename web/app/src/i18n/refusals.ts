import { LaiseeError } from '../client/client';
import { t } from './i18n';

/** Words for whatever was thrown: what happened, what was not lost, what to do. */
export function explain(problem: unknown): string {
  if (!(problem instanceof LaiseeError)) return t.value.errors[0] ?? '';
  if (problem.local && problem.kind === 'operation') return t.value.network;
  return t.value.errors[problem.code] ?? t.value.errors[0] ?? '';
}

/** The code in small letters for support; nothing where the server said none. */
export function codeOf(problem: unknown): string | undefined {
  return problem instanceof LaiseeError && !problem.local ? t.value.common.code(problem.codeName) : undefined;
}
