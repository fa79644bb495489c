import { codeOf, explain } from '../i18n/refusals';
import { toast } from './toast';

/** For small things without a place for words of their own: says what went wrong at the edge. */
export async function orToast(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (reason) {
    toast(explain(reason), codeOf(reason));
    return false;
  }
}
