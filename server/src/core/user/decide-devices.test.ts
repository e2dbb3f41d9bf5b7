import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW, session } from '../../../test/support/given.ts';
import type { Device, DeviceReport } from './apps.ts';

const description = { id: 'd', code: 'D', type: 'Web', name: 'Browser', os: 'macOS', appVersion: '2' } as const;
const register = { type: 'register-device', device: description } as const;
const known = (more: Partial<Device> = {}): Device => ({
  ...description,
  pushToken: null,
  session: null,
  tags: null,
  status: 'offline',
  isLinked: false,
  changedAt: NOW,
  signedInAt: null,
  ...more,
});
const link = (report: Partial<DeviceReport> = {}, found: Device | null = null) =>
  ({ type: 'link-device', deviceId: 'd', known: found, report }) as const;
const changeTo = (report: Partial<DeviceReport>) => ({ type: 'change-device', device: { id: 'd' }, report }) as const;

describe('register-device', () => {
  it('makes it known and nobody’s', () => {
    given(createUser())
      .when(register)
      .thenEvents(event('user.device_registered', { 'apps.devices': [null, [known()]] }));
  });

  it('given the same again, then nothing changes; given another name, then it is that', () => {
    given(createUser(), register)
      .when(register, NOW + 1)
      .thenEvents();
    const { user } = given(createUser(), register, link({ tags: 'mine' })).when(
      { ...register, device: { ...description, name: 'Chrome' } },
      NOW + 1,
    );
    expect(user.apps.devices).toEqual([known({ name: 'Chrome', tags: 'mine', isLinked: true, changedAt: NOW + 1 })]);
  });
});

describe('link-device', () => {
  it('given the user has made it known, then it is one of the user’s', () => {
    given(createUser(), register)
      .when(link({ pushToken: 'p', status: 'online' }))
      .thenEvents(
        event('user.device_linked', {
          'apps.devices': [null, [known({ pushToken: 'p', status: 'online', isLinked: true })]],
        }),
      );
  });

  it('given the caller knows it, then its description is taken over and nothing else', () => {
    const { user } = given(createUser()).when(
      link({}, known({ pushToken: 'of the caller', session: 's', tags: 't', isLinked: true, signedInAt: 1 })),
    );
    expect(user.apps.devices).toEqual([known({ isLinked: true })]);
  });

  it('given it is linked, or nobody knows it, then it is refused', () => {
    given(createUser(), register, link()).when(link()).thenRefused('device_exists');
    given(createUser()).when(link()).thenRefused('device_not_found');
    given(createUser())
      .when(link({}, known({ id: 'other' })))
      .thenRefused('device_not_found');
  });
});

describe('change-device', () => {
  const linked = () => given(createUser(), register, link({ pushToken: 'p', tags: 't' }));

  it('changes what is named', () => {
    linked()
      .when(changeTo({ tags: null, status: 'deleted' }), NOW + 1)
      .thenEvents(
        event('user.device_changed', {
          'apps.devices': [null, [known({ pushToken: 'p', status: 'deleted', isLinked: true, changedAt: NOW + 1 })]],
        }),
      );
  });

  it('given the same values, then nothing changes', () => {
    linked()
      .when(changeTo({ tags: 't' }), NOW + 1)
      .thenEvents();
    linked()
      .when(changeTo({}), NOW + 1)
      .thenEvents();
  });

  it('finds it by its address for push messages', () => {
    const byToken = (pushToken: string) =>
      ({ type: 'change-device', device: { pushToken }, report: { pushToken: 'new' } }) as const;
    expect(linked().when(byToken('p')).user.apps.devices[0]?.pushToken).toBe('new');
    linked().when(byToken('other')).thenRefused('device_not_found');
  });

  it('given it is not linked, then it is refused', () => {
    given(createUser(), register)
      .when(changeTo({ tags: 'x' }))
      .thenRefused('device_not_found');
  });
});

describe('remove-device', () => {
  const remove = { type: 'remove-device', deviceId: 'd' } as const;

  it('ends the sessions at it, and no others', () => {
    const sessions = [session('1', { deviceId: 'd' }), session('2', { deviceId: 'e' }), session('3')];
    const { user } = given(
      createUser(),
      register,
      link(),
      event('user.session_started', { 'credentials.sessions': [null, sessions] }),
    )
      .when(remove)
      .thenTypes('user.device_removed');
    expect(user.apps.devices).toEqual([]);
    expect(user.credentials.sessions.map(({ id }) => id)).toEqual(['2', '3']);
  });

  it('given it is not linked, then it is refused', () => {
    given(createUser(), register).when(remove).thenRefused('device_not_found');
  });
});
