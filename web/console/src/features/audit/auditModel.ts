import type { AuditRow } from '../../api/audit';
import { shown } from '../settings/settingModel';

/** The actions the log can be asked for, as the server writes them. */
export const actions = [
  'settings.change',
  'dispute.decide',
  'risk.rule',
  'risk.lift',
  'risk.suspend',
  'user.level',
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

/** A value as people read it; a setting's in its own unit. */
export function inWords({ targetKind, target }: Pick<AuditRow, 'targetKind' | 'target'>, value: string): string {
  return targetKind === 'setting' && value !== '' ? shown({ name: target, value }) : value;
}
