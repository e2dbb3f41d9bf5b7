import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW, newCode, session } from '../../../test/support/given.ts';
import type { CheckPassword, NewSecret, PasswordChange, PasswordProof, UpdateUser } from './commands.ts';
import { StaleCheck } from './decide-credentials.ts';
import { MAX_SESSIONS } from './sign-in.ts';
import type { UserState } from './user.ts';

const HASH = '$current';
const ada = createUser({
  email: { value: 'a@a.test' },
  password: { secret: { hash: HASH }, changeRequired: true },
});
const inState = (state: UserState) => event('user.state_changed', { state: ['active', state] });
const failures = (count: number) => event('user.password_check_failed', { 'password.failedAttempts': [0, count] });
const resetCode = { type: 'request-password-reset', channel: 'email', code: newCode('reset') } as const;
const right: PasswordProof = { kind: 'current', check: { against: HASH, ok: true } };
const wrong: PasswordProof = { kind: 'current', check: { against: HASH, ok: false } };
const byCode = (digest: string): PasswordProof => ({ kind: 'code', digest });

function change(proof: PasswordProof, more: Partial<PasswordChange> = {}): UpdateUser {
  const secret: NewSecret = { hash: '$new' };
  return {
    type: 'update-user',
    password: { secret, changeRequired: false, proof, unchanged: false, lockAfter: 0, ...more },
  };
}

describe('a new password', () => {
  it.each([
    ['by right', null],
    ['by knowing the current one', right],
  ])('%s replaces the old one', (_name, proof) => {
    given(ada)
      .when(change(proof), NOW + 5)
      .thenEvents(
        event('user.password_changed', {
          'password.hash': [null, '$new'],
          'password.changeRequired': [true, false],
          'password.changedAt': [NOW, NOW + 5],
        }),
      );
  });

  it('by a reset code uses the code up', () => {
    const { user } = given(ada, resetCode)
      .when(change(byCode('reset')))
      .thenTypes('user.password_changed');
    expect(user.password).toMatchObject({ hash: '$new', code: null });
  });

  it('ends all sessions and forgets failed checks', () => {
    const started = event('user.session_started', { 'credentials.sessions': [null, [session('1'), session('2')]] });
    const { user } = given(ada, started, failures(3)).when(change(null)).thenTypes('user.password_changed');
    expect(user.credentials.sessions).toEqual([]);
    expect(user.password.failedAttempts).toBe(0);
  });

  it('proves first, then tells the rules', () => {
    const weak = { secret: { violation: 'password_too_short' as const }, unchanged: true };
    given(ada).when(change(wrong, weak)).thenRefused('password_wrong', { failedAttempts: 1 }, failures(1));
    given(ada)
      .when(change(byCode('reset'), weak))
      .thenRefused('code_absent');
    given(ada).when(change(right, weak)).thenRefused('password_too_short');
    given(ada)
      .when(change(right, { unchanged: true }))
      .thenRefused('password_unchanged');
  });

  it('keeps a reset code that proved a password against the rules', () => {
    given(ada, resetCode)
      .when(change(byCode('reset'), { secret: { violation: 'password_too_short' } }))
      .thenRefused('password_too_short');
  });

  it('counts wrong reset codes like any other', () => {
    const code = (tries: number) => ({ digest: 'reset', expiresAt: NOW + 3_600_000, failures: tries });
    const failed = (tries: number) => event('user.password_code_failed', { 'password.code': [null, code(tries)] });
    given(ada, resetCode)
      .when(change(byCode('wrong')))
      .thenRefused('code_wrong', { field: 'password.code' }, failed(1));
    given(ada, resetCode, failed(4))
      .when(change(byCode('wrong')))
      .thenRefused('code_wrong', undefined, failed(5));
    given(ada, resetCode, failed(5))
      .when(change(byCode('reset')))
      .thenRefused('code_absent');
    given(ada, resetCode)
      .when(change(byCode('reset')), NOW + 3_600_000)
      .thenRefused('code_expired');
  });

  it('needs a current password that is set, and an account that is not locked', () => {
    given(createUser())
      .when(change({ kind: 'current', check: { against: null, ok: false } }))
      .thenRefused('password_unset');
    given(ada, failures(2), inState('locked')).when(change(right)).thenRefused('user_locked', { failedAttempts: 2 });
    given(ada, inState('suspended')).when(change(right)).thenRefused('user_locked', { failedAttempts: 0 });
    given(ada, inState('locked')).when(change(null)).thenTypes('user.password_changed');
  });

  it('is refused in the initial state, whatever the proof', () => {
    for (const proof of [null, right, byCode('reset')]) {
      given(ada, resetCode, inState('initial')).when(change(proof)).thenRefused('user_initial');
    }
  });

  it('asks again when the password changed while it was being checked', () => {
    const stale: PasswordProof = { kind: 'current', check: { against: '$older', ok: true } };
    given(ada).when(change(stale)).thenThrown(StaleCheck);
  });

  it.each([
    { before: 1, locks: false },
    { before: 2, locks: true },
    { before: 3, locks: true },
  ])('locks with the third wrong try: after $before', ({ before, locks }) => {
    const failed = event('user.password_check_failed', { 'password.failedAttempts': [before, before + 1] });
    given(ada, failures(before))
      .when(change(wrong, { lockAfter: 3 }))
      .thenRefused('password_wrong', { failedAttempts: before + 1 }, failed, ...(locks ? [inState('locked')] : []));
  });

  it('never locks when the limit is none, nor who is not active', () => {
    const failed = event('user.password_check_failed', { 'password.failedAttempts': [99, 100] });
    given(ada, failures(99)).when(change(wrong)).thenRefused('password_wrong', { failedAttempts: 100 }, failed);
    given(ada, failures(99), inState('inactive'))
      .when(change(wrong, { lockAfter: 3 }))
      .thenRefused('password_wrong', { failedAttempts: 100 }, failed);
  });
});

describe('request-password-reset', () => {
  it('adds a code and sends it to the chosen contact', () => {
    given(ada)
      .when(resetCode)
      .thenEvents(
        event('user.password_code_added', {
          'password.code': [null, { digest: 'reset', expiresAt: NOW + 3_600_000, failures: 0 }],
        }),
      )
      .thenMessages({ kind: 'reset_password', channel: 'email', to: 'a@a.test' });
  });

  it('sends by text message to a phone', () => {
    given(createUser({ phone: { value: '+4179' } }))
      .when({ ...resetCode, channel: 'phone' })
      .thenTypes('user.password_code_added')
      .thenMessages({ kind: 'reset_password', channel: 'sms', to: '+4179' });
  });

  it('needs the contact it would be sent to, but none for a returned code', () => {
    given(ada)
      .when({ ...resetCode, channel: 'phone' })
      .thenRefused('contact_missing', { field: 'phone.value' });
    given(ada)
      .when({ ...resetCode, channel: 'phone', code: { ...newCode('reset'), delivery: null } })
      .thenTypes('user.password_code_added')
      .thenMessages();
    given(ada, inState('initial')).when(resetCode).thenRefused('user_initial');
  });
});

describe('check-password', () => {
  const signIn = (ok: boolean, more: Partial<CheckPassword> = {}): CheckPassword => ({
    type: 'check-password',
    check: { against: HASH, ok },
    lockAfter: 3,
    session: session('new'),
    ...more,
  });

  it('starts a session', () => {
    given(ada)
      .when(signIn(true))
      .thenEvents(event('user.session_started', { 'credentials.sessions': [null, [session('new')]] }));
  });

  it('forgets failed checks, and takes over a newer hash without touching the date of the password', () => {
    const { user } = given(ada, failures(2))
      .when(signIn(true, { rehash: '$better' }), NOW + 5)
      .thenEvents(
        event('user.password_check_succeeded', {
          'password.failedAttempts': [2, 0],
          'password.hash': [null, '$better'],
        }),
        event('user.session_started', { 'credentials.sessions': [null, [session('new')]] }),
      );
    expect(user.password.changedAt).toBe(NOW);
  });

  it('drops sessions that ran out, and the oldest beyond the limit', () => {
    const old = Array.from({ length: MAX_SESSIONS }, (_, index) => session(`${index}`));
    const dead = session('dead', { refreshExpiresAt: NOW });
    const { user } = given(ada, event('user.session_started', { 'credentials.sessions': [null, [dead, ...old]] })).when(
      signIn(true),
    );
    expect(user.credentials.sessions.map(({ id }) => id)).toEqual([...old.slice(1).map(({ id }) => id), 'new']);
  });

  it.each([
    { before: 1, locks: false },
    { before: 2, locks: true },
  ])('fails without telling why, and locks with the third failure: after $before', ({ before, locks }) => {
    given(ada, failures(before))
      .when(signIn(false))
      .thenRefused(
        'sign_in_failed',
        {},
        event('user.password_check_failed', { 'password.failedAttempts': [before, before + 1] }),
        ...(locks ? [inState('locked')] : []),
      );
  });

  it.each([
    ['locked', 'user_locked'],
    ['suspended', 'user_suspended'],
    ['inactive', 'user_inactive'],
    ['initial', 'user_inactive'],
  ] as const)('tells a %s user so whatever the password, and counts nothing', (state, reason) => {
    given(ada, inState(state)).when(signIn(false)).thenRefused(reason);
    given(ada, inState(state)).when(signIn(true)).thenRefused(reason);
  });

  it('fails without a password, and asks again when it changed meanwhile', () => {
    given(createUser())
      .when(signIn(false, { check: { against: null, ok: false } }))
      .thenRefused('sign_in_failed');
    given(ada)
      .when(signIn(true, { check: { against: '$older', ok: true } }))
      .thenThrown(StaleCheck);
  });
});

describe('renew-session', () => {
  const signedIn = event('user.session_started', {
    'credentials.sessions': [null, [session('other'), session('mine'), session('dead', { refreshExpiresAt: NOW })]],
  });
  const next = session('mine', { keyDigest: 'k2', refreshDigest: 'r2' });
  const renew = { type: 'renew-session', sessionId: 'mine', refreshDigest: 'mine refresh', next } as const;

  it('replaces the keys of the session, and sweeps dead ones', () => {
    given(ada, signedIn)
      .when(renew)
      .thenEvents(event('user.session_renewed', { 'credentials.sessions': [null, [session('other'), next]] }));
  });

  it('works once per key', () => {
    given(ada, signedIn, renew).when(renew).thenRefused('unauthenticated');
  });

  it('refuses an unknown session, another key, one that ran out, and users who are not active', () => {
    given(ada, signedIn)
      .when({ ...renew, sessionId: 'none' })
      .thenRefused('unauthenticated');
    given(ada, signedIn)
      .when({ ...renew, refreshDigest: 'other refresh' })
      .thenRefused('unauthenticated');
    given(ada, signedIn)
      .when(renew, NOW + 86_400_000)
      .thenRefused('unauthenticated');
    given(ada, signedIn, inState('locked')).when(renew).thenRefused('unauthenticated');
    given(ada, signedIn, { ...change(null) })
      .when(renew)
      .thenRefused('unauthenticated');
  });
});
