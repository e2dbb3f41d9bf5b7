import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW, session } from '../../../test/support/given.ts';
import type { Device } from './apps.ts';
import type { CheckPassword, SignIn } from './commands.ts';
import { MAX_DEVICES } from './sign-in.ts';
import type { UserState } from './user.ts';

const HASH = '$current';
const ada = createUser({ password: { secret: { hash: HASH }, changeRequired: false } });

const tablet = { id: 't', code: 'T', type: 'Mobile', name: 'Tablet', os: 'iOS', appVersion: '1.0' } as const;
const phone = { ...tablet, id: 'p', code: 'P', name: 'Phone' } as const;
const laptop = { ...tablet, id: 'l', code: 'L', name: 'Laptop', type: 'Desktop' } as const;

/** A sign-in at a device, if one is given. */
function signIn(id: string, device?: NonNullable<SignIn['device']>, deviceLimit?: number): CheckPassword {
  return {
    type: 'check-password',
    check: { against: HASH, ok: true },
    lockAfter: 0,
    session: session(id),
    ...(device && { device }),
    ...(deviceLimit !== undefined && { deviceLimit }),
  };
}
const at = (device: typeof tablet | typeof phone | typeof laptop, pushToken: string | null = null) => ({
  ...device,
  pushToken,
});
const device = (known: typeof tablet | typeof phone, more: Partial<Device> = {}): Device => ({
  ...known,
  pushToken: null,
  session: null,
  tags: null,
  status: 'online',
  isLinked: true,
  changedAt: NOW,
  signedInAt: NOW,
  ...more,
});

describe('a sign-in at a device', () => {
  it('registers the device with the session', () => {
    given(ada)
      .when(signIn('1', at(tablet, 'push')))
      .thenEvents(
        event('user.session_started', {
          'credentials.sessions': [null, [{ ...session('1'), deviceId: 't' }]],
          'apps.devices': [null, [device(tablet, { pushToken: 'push' })]],
        }),
      );
  });

  it('given the device is known, then what is sent counts, and what is not is kept', () => {
    const { user } = given(ada, signIn('1', at(tablet, 'push')), {
      type: 'change-device',
      device: { id: 't' },
      report: { tags: 'mine', session: 's', status: 'offline' },
    }).when(
      signIn('2', { ...tablet, type: 'Unspecified', name: null, os: 'iOS 19', appVersion: null, pushToken: null }),
      NOW + 5,
    );
    expect(user.apps.devices).toEqual([
      device(tablet, {
        os: 'iOS 19',
        pushToken: 'push',
        session: 's',
        tags: 'mine',
        changedAt: NOW + 5,
        signedInAt: NOW + 5,
      }),
    ]);
    expect(user.credentials.sessions.map(({ deviceId }) => deviceId)).toEqual(['t', 't']);
  });

  it('given no device, then nothing is registered', () => {
    const { user } = given(ada).when(signIn('1')).thenTypes('user.session_started');
    expect(user.apps.devices).toEqual([]);
    expect(user.credentials.sessions).toEqual([session('1')]);
  });

  it('keeps its device when the session is renewed', () => {
    const next = session('1', { keyDigest: 'new', refreshDigest: 'newer' });
    const renewal = { type: 'renew-session', sessionId: '1', refreshDigest: '1 refresh', next } as const;
    const { user } = given(ada, signIn('1', at(tablet)))
      .when(renewal)
      .thenTypes('user.session_renewed');
    expect(user.credentials.sessions).toEqual([{ ...next, deviceId: 't' }]);
  });
});

describe('a limit of devices', () => {
  const three = () => given(ada, signIn('1', at(tablet)), signIn('2', at(phone)));

  it('given one device too many, then the one with the oldest sign-in is signed out', () => {
    const again = three().when(signIn('3', at(tablet)), NOW + 1).user;
    const { user } = given(
      ada,
      signIn('1', at(tablet)),
      signIn('2', at(phone)),
      event('user.session_started', {
        'credentials.sessions': [null, again.credentials.sessions],
        'apps.devices': [null, again.apps.devices],
      }),
    ).when(signIn('4', at(laptop), 2), NOW + 2);
    // The tablet signed in last, so the phone gives way, although it came later.
    expect(user.credentials.sessions.map(({ id }) => id)).toEqual(['1', '3', '4']);
    expect(user.apps.devices.map(({ id, status }) => [id, status])).toEqual([
      ['t', 'online'],
      ['p', 'offline'],
      ['l', 'online'],
    ]);
  });

  it('given a lower limit than there are devices, then as many give way as must', () => {
    const { user } = three().when(signIn('4', at(laptop), 1));
    expect(user.credentials.sessions.map(({ id }) => id)).toEqual(['4']);
  });

  it('given another sign-in at a device that is signed in, then nobody gives way', () => {
    const { user } = three().when(signIn('4', at(phone), 2));
    expect(user.credentials.sessions.map(({ id }) => id)).toEqual(['1', '2', '4']);
  });

  it('given sessions at no device, then they are no devices', () => {
    const { user } = given(ada, signIn('0'), signIn('1', at(tablet))).when(signIn('2', at(phone), 2));
    expect(user.credentials.sessions.map(({ id }) => id)).toEqual(['0', '1', '2']);
  });

  it('given a device whose sessions ran out, then it is none that is signed in', () => {
    const { user } = three().when(signIn('4', at(laptop), 1), NOW + 86_400_000);
    expect(user.apps.devices.map(({ status }) => status)).toEqual(['online', 'online', 'online']);
  });

  it('given as many devices as are kept, then the one with the oldest sign-in is forgotten with its sessions', () => {
    const many = Array.from({ length: MAX_DEVICES }, (_, n) =>
      signIn(`${n}`, { ...tablet, id: `${n}`, code: `C${n}`, pushToken: null }),
    );
    const { user } = given(ada, ...many).when(signIn('new', at(phone)), NOW + 1);
    expect(user.apps.devices).toHaveLength(MAX_DEVICES);
    expect(user.apps.devices[0]?.id).toBe('1');
    expect(user.credentials.sessions[0]?.id).toBe('1');
  });
});

describe('what is signed in', () => {
  const code = { kind: 'email', id: 'c', digest: 'd', expiresAt: NOW + 1, failures: 0 } as const;
  const signedIn = () =>
    given(
      ada,
      event('user.session_started', { 'credentials.sessions': [null, [session('1')]] }),
      event('user.sign_in_code_added', { 'credentials.signInCodes': [null, [code]] }),
    );

  it.each(['locked', 'suspended', 'inactive'] as const)('given the user becomes %s, then it ends for good', (state) => {
    const { user } = signedIn().when({ type: 'update-user', state });
    expect(user.credentials).toMatchObject({ sessions: [], signInCodes: [] });
  });

  it('given the user is locked by failures, then it ends for good', () => {
    const wrong: CheckPassword = { ...signIn('2'), check: { against: HASH, ok: false }, lockAfter: 1 };
    const { user } = signedIn().when(wrong);
    expect(user.state satisfies UserState).toBe('locked');
    expect(user.credentials).toMatchObject({ sessions: [], signInCodes: [] });
  });

  it('given the user is deleted, then it ends, and the devices are forgotten', () => {
    const { user } = given(ada, signIn('1', at(tablet)))
      .when({ type: 'delete-user' })
      .thenTypes('user.deleted');
    expect([user.credentials.sessions, user.apps.devices]).toEqual([[], []]);
  });
});
