import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW, newCode, session } from '../../../test/support/given.ts';
import type { RequestSignInCode, StartSession } from './commands.ts';
import type { SignInCode, SignInCodeKind, UserState } from './user.ts';

const ada = createUser({
  email: { value: 'a@a.test' },
  phone: { value: '+41790000001' },
  password: { secret: { hash: '$h' }, changeRequired: false },
});
const EXPIRES = NOW + 3_600_000;

const request = (kind: SignInCodeKind, id = 'c1', digest = 'right'): RequestSignInCode => ({
  type: 'request-sign-in-code',
  kind,
  id,
  code: newCode(digest, EXPIRES),
});
const enter = (digest: string, kind: SignInCodeKind = 'email', id = 'c1'): StartSession => ({
  type: 'start-session',
  session: session('new'),
  proof: { kind, id, digest },
});
const inState = (state: UserState) => event('user.state_changed', { state: ['active', state] });
const barred = [
  ['locked', 'user_locked'],
  ['suspended', 'user_suspended'],
  ['inactive', 'user_inactive'],
  ['initial', 'user_inactive'],
] as const;

describe('request-sign-in-code', () => {
  it.each([
    ['email', { kind: 'sign_in_code', channel: 'email', to: 'a@a.test' }],
    ['phone', { kind: 'sign_in_code', channel: 'sms', to: '+41790000001' }],
    ['link', { kind: 'sign_in_link', channel: 'email', to: 'a@a.test' }],
  ] as const)('of kind %s is kept and sent', (kind, message) => {
    const code: SignInCode = { kind, id: 'c1', digest: 'right', expiresAt: EXPIRES, failures: 0 };
    given(ada)
      .when(request(kind))
      .thenEvents(event('user.sign_in_code_added', { 'credentials.signInCodes': [null, [code]] }))
      .thenMessages({ ...message, sealedCode: 'sealed right' });
  });

  it('given one of its kind, then it takes its place, and others stay', () => {
    const { user } = given(ada, request('email'), request('phone')).when(request('email', 'c2', 'newer'));
    expect(user.credentials.signInCodes.map(({ kind, id }) => [kind, id])).toEqual([
      ['phone', 'c1'],
      ['email', 'c2'],
    ]);
  });

  it('given no address to send it to, then it is refused', () => {
    given(createUser()).when(request('phone')).thenRefused('contact_missing', { field: 'phone.value' });
    given(createUser()).when(request('link')).thenRefused('contact_missing', { field: 'email.value' });
  });

  it.each(barred)('given a user who is %s, then it is refused', (state, reason) => {
    given(ada, inState(state)).when(request('email')).thenRefused(reason);
  });
});

describe('start-session by a code', () => {
  it('given the right one, then it is used up', () => {
    const { user } = given(ada, request('email'), request('phone'))
      .when(enter('right'))
      .thenTypes('user.session_started');
    expect(user.credentials.sessions).toEqual([session('new')]);
    expect(user.credentials.signInCodes.map(({ kind }) => kind)).toEqual(['phone']);
    expect(user.version).toBe(1);
  });

  it('given a wrong one, then it counts, and after five the code is dead', () => {
    let record = given(ada, request('email'));
    for (let failures = 1; failures <= 5; failures += 1) {
      const outcome = record.when(enter('wrong'));
      outcome.thenRefused(
        'code_wrong',
        { field: 'credentials.signInCodes' },
        event('user.sign_in_code_failed', {
          'credentials.signInCodes': [
            null,
            [{ kind: 'email', id: 'c1', digest: 'right', expiresAt: EXPIRES, failures }],
          ],
        }),
      );
      record = given(
        ada,
        event('user.sign_in_code_added', { 'credentials.signInCodes': [null, outcome.user.credentials.signInCodes] }),
      );
    }
    record.when(enter('right')).thenRefused('code_absent');
  });

  it('given it has expired, then it is refused and not counted', () => {
    const { user } = given(ada, request('email'));
    expect(user?.credentials.signInCodes).toHaveLength(1);
    given(ada, request('email')).when(enter('right'), EXPIRES).thenRefused('code_expired');
    given(ada, request('email'))
      .when(enter('right'), EXPIRES - 1)
      .thenTypes('user.session_started');
  });

  it.each([
    ['another kind', enter('right', 'link')],
    ['another id', enter('right', 'email', 'c0')],
  ])('given it is for %s, then there is none', (_name, command) => {
    given(ada, request('email')).when(command).thenRefused('code_absent');
  });

  it.each(barred)('given a user who is %s, then it is refused and not counted', (state, reason) => {
    given(ada, request('email'), inState(state)).when(enter('wrong')).thenRefused(reason);
  });

  it.each([
    ['email', ['phone']],
    ['phone', ['email', 'link']],
  ] as const)('given the %s changes, then codes on their way to the old one die', (contact, left) => {
    const value = contact === 'email' ? 'b@a.test' : '+41790000002';
    const { user } = given(ada, request('email'), request('phone'), request('link')).when({
      type: 'update-user',
      [contact]: { value },
    });
    expect(user.credentials.signInCodes.map(({ kind }) => kind)).toEqual(left);
  });

  it('given the password changes, then all die', () => {
    const password = {
      secret: { hash: '$new' },
      changeRequired: false,
      proof: null,
      unchanged: false,
      lockAfter: 0,
    } as const;
    const { user } = given(ada, request('email'), request('phone')).when({ type: 'set-password', password });
    expect(user.credentials.signInCodes).toEqual([]);
  });
});

describe('start-session by an approval', () => {
  const approved: StartSession = {
    type: 'start-session',
    session: session('paired'),
    proof: { kind: 'approval', sessionId: 'approver' },
  };
  const signedIn = event('user.session_started', { 'credentials.sessions': [null, [session('approver')]] });

  it('given the session that approved still stands, then it starts', () => {
    const { user } = given(ada, signedIn).when(approved).thenTypes('user.session_started');
    expect(user.credentials.sessions.map(({ id }) => id)).toEqual(['approver', 'paired']);
  });

  it.each([
    ['has ended', [session('other')]],
    ['ran out', [session('approver', { refreshExpiresAt: NOW })]],
    ['was used before', [session('approver'), session('paired')]],
  ])('given it %s, then it is refused', (_name, sessions) => {
    given(ada, event('user.session_started', { 'credentials.sessions': [null, sessions] }))
      .when(approved)
      .thenRefused('approval_over');
  });

  it.each(barred)('given a user who is %s, then it is refused', (state, reason) => {
    given(ada, signedIn, inState(state)).when(approved).thenRefused(reason);
  });
});
