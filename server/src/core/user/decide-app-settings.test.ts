import { describe, expect, it } from 'vitest';
import { createUser, event, given } from '../../../test/support/given.ts';
import type { AppSetting } from './apps.ts';
import { MAX_APP_SETTINGS } from './decide-app-settings.ts';

const setting: AppSetting = {
  id: '1',
  groupCode: 'ui',
  code: 'theme',
  name: 'Theme',
  value: 'dark',
  description: null,
  isActive: true,
};
const save = (more: Partial<AppSetting> = {}) =>
  ({ type: 'save-app-setting', setting: { ...setting, ...more } }) as const;

describe('save-app-setting', () => {
  it('adds one', () => {
    given(createUser())
      .when(save())
      .thenEvents(event('user.app_setting_saved', { 'apps.settings': [[], [setting]] }));
  });

  it('given one of the same group and code, then it takes its place and its id', () => {
    const other = { ...setting, id: '2', groupCode: 'mail' };
    const { user } = given(createUser(), save(), save(other)).when(save({ id: '3', value: 'light', isActive: false }));
    expect(user.apps.settings).toEqual([{ ...setting, value: 'light', isActive: false }, other]);
  });

  it('given the same again, then nothing changes', () => {
    given(createUser(), save())
      .when(save({ id: '2' }))
      .thenEvents();
  });

  it('given as many as there may be, then another is refused, and one in place of another is not', () => {
    const many = Array.from({ length: MAX_APP_SETTINGS }, (_, n) => save({ id: `${n}`, code: `${n}` }));
    given(createUser(), ...many)
      .when(save({ id: 'x', code: 'x' }))
      .thenRefused('app_settings_full');
    given(createUser(), ...many)
      .when(save({ id: 'x', code: '1', value: 'x' }))
      .thenTypes('user.app_setting_saved');
  });
});

describe('remove-app-setting', () => {
  it('removes one', () => {
    given(createUser(), save())
      .when({ type: 'remove-app-setting', id: '1' })
      .thenEvents(event('user.app_setting_removed', { 'apps.settings': [[setting], []] }));
  });

  it('given there is none, then it is refused', () => {
    given(createUser(), save()).when({ type: 'remove-app-setting', id: '2' }).thenRefused('app_setting_not_found');
    expect(given(createUser(), save()).user?.apps.settings).toHaveLength(1);
  });
});
