import type { Api } from './api';
import type { Fields } from './fields';

export type Setting = { name: string; value: string; usual: string };
export type SettingChange = {
  sequence: string;
  at: number;
  operator: string;
  operatorName: string;
  name: string;
  before: string;
  after: string;
  reason: string;
};
/** All settings at one moment; a change names the sequence it was decided on. */
export type Settings = { sequence: string; settings: Setting[] };

/** A setting's value is a number or a word; both are shown and sent as they stand in JSON. */
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

export async function settings(api: Api): Promise<Settings> {
  const answer = await api.get('/v1/admin/settings');
  return {
    sequence: answer.text('sequence'),
    settings: answer.list('settings', (setting) => ({
      name: setting.text('name'),
      value: shown(setting.raw('value')),
      usual: shown(setting.raw('default')),
    })),
  };
}

export async function settingHistory(api: Api): Promise<SettingChange[]> {
  const answer = await api.get('/v1/admin/settings/history');
  return answer.list('changes', (change: Fields) => ({
    sequence: change.text('sequence'),
    at: change.number('atMs'),
    operator: change.text('operator'),
    operatorName: change.text('operatorName'),
    name: change.text('name'),
    before: shown(change.raw('before')),
    after: shown(change.raw('after')),
    reason: change.text('reason'),
  }));
}

/** Refused as STALE_SEQUENCE when anything was changed since `sequence`. */
export async function changeSetting(api: Api, name: string, value: string, sequence: string, reason: string) {
  await api.put(`/v1/admin/settings/${name}`, { value, sequence, reason });
}
