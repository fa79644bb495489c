import type { AuditRow } from '../../api/audit';
import { levels } from '../../api/users';
import { t } from '../../i18n/i18n';
import { wholeTime } from '../../i18n/times';
import { shown } from '../settings/settingModel';

/** The actions the log can be asked for, as the server writes them. */
export const actions = [
  'settings.change',
  'dispute.decide',
  'risk.rule',
  'risk.lift',
  'risk.suspend',
  'user.level',
  'order.ask',
  'order.settle',
  'order.close',
  'reconciliation.close',
  'reconciliation.run',
  'operator.create',
  'operator.change',
  'operator.reset',
  'operator.sign-in',
  'operator.sign-out',
  'operator.guess-wrong',
] as const;

const places: Record<string, (target: string) => string> = {
  user: (id) => `/users/${id}`,
  packet: (id) => `/packets/${id}`,
  order: (id) => `/orders/${id}`,
  dispute: (id) => `/disputes/${id}`,
  transfer: (id) => `/disputes/${id}`,
  setting: () => '/settings',
  operator: () => '/operators',
  rule: () => '/risk/rules',
  difference: (id) => `/reconciliation/${id}`,
};

/** Where the thing itself can be seen, if there is a place for its kind. */
export function placeOf({ targetKind, target }: Pick<AuditRow, 'targetKind' | 'target'>): string | undefined {
  return target === '' ? undefined : places[targetKind]?.(encodeURIComponent(target));
}

/** A value as people read it: a setting's in its own unit, a level by its name, an end as a time. */
export function inWords(
  { action, targetKind, target }: Pick<AuditRow, 'action' | 'targetKind' | 'target'>,
  value: string,
): string {
  if (targetKind === 'setting' && value !== '') return shown({ name: target, value });
  if (action === 'user.level') {
    const level = levels.find((one) => one.toLowerCase() === value);
    return level ? t.value.users.levels[level] : value;
  }
  const until = /^until (\d+)$/.exec(value)?.[1];
  return until ? t.value.audit.until(wholeTime(Number(until))) : value;
}
