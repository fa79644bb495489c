import { Refused } from '../api/api';
import { Unreadable } from '../api/fields';
import { t } from './i18n';

/** Words for whatever was thrown: what happened, what was not lost, what to do. */
export function explain(problem: unknown): string {
  const words = t.value.errors;
  if (problem instanceof Unreadable) return words.UNREADABLE;
  if (!(problem instanceof Refused)) return words.OTHER;
  if (problem.code in words) return words[problem.code as keyof typeof words];
  return problem.message || words.OTHER;
}

/** What support asks for; nothing where the server said nothing. */
export function codeOf(problem: unknown): string | undefined {
  if (problem instanceof Unreadable) return problem.message;
  return problem instanceof Refused && problem.code !== 'OFFLINE' ? problem.code : undefined;
}
