import { Refusal } from '../client/client';
import { t } from './i18n';

/** Words for whatever was thrown: what happened, what was not lost, what to do. */
export function explain(problem: unknown): string {
  if (problem instanceof Refusal) {
    if (problem.code === 'network') return t.value.network;
    return t.value.errors[problem.code] ?? t.value.errors[0] ?? '';
  }
  return t.value.errors[0] ?? '';
}

/** The code in small letters for support; nothing where there is none. */
export function codeOf(problem: unknown): string | undefined {
  return problem instanceof Refusal && problem.code !== 'network'
    ? t.value.common.code(problem.codeName)
    : undefined;
}
