import { DomainError } from '../errors.ts';
import type { RemoveAppSetting, SaveAppSetting } from './commands.ts';
import { changeIfAny, type Decision, oneChange } from './decision.ts';
import type { User } from './user.ts';

/** Settings of applications per user. */
export const MAX_APP_SETTINGS = 50;

export function decideSaveAppSetting({ setting }: SaveAppSetting, user: User): Decision {
  const { settings } = user.apps;
  const known = settings.find(({ groupCode, code }) => groupCode === setting.groupCode && code === setting.code);
  if (known === undefined && settings.length >= MAX_APP_SETTINGS) throw new DomainError('app_settings_full');
  const after =
    known === undefined
      ? [...settings, setting]
      : settings.map((one) => (one === known ? { ...setting, id: known.id } : one));
  return changeIfAny('user.app_setting_saved', 'apps.settings', settings, after);
}

export function decideRemoveAppSetting({ id }: RemoveAppSetting, user: User): Decision {
  const { settings } = user.apps;
  const left = settings.filter((setting) => setting.id !== id);
  if (left.length === settings.length) throw new DomainError('app_setting_not_found');
  return oneChange('user.app_setting_removed', 'apps.settings', settings, left);
}
