import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW, newCode, ORG, USER } from '../../../test/support/given.ts';
import type { UpdateUser } from './commands.ts';
import { EMPTY_USER } from './user.ts';

const update = (more: Omit<UpdateUser, 'type'>): UpdateUser => ({ type: 'update-user', ...more });
const setupToken = { digest: 'digest', createdAt: NOW, expiresAt: null, source: 'setup' as const };

describe('create-user', () => {
  it('records what differs from an empty record, and nothing else', () => {
    const { user } = given()
      .when(createUser({ username: 'ada', profile: { givenName: 'Ada', nickName: null }, extra: { fraud: null } }))
      .thenEvents(event('user.created', { username: [null, 'ada'], 'profile.givenName': [null, 'Ada'] }));
    expect(user).toMatchObject({
      id: USER,
      organizationId: ORG,
      kind: 'human',
      sequence: 1,
      version: 1,
      state: 'active',
    });
    expect(user).toMatchObject({ createdAt: NOW, changedAt: NOW, extra: EMPTY_USER.extra });
  });

  it('records an empty record too', () => {
    given().when(createUser()).thenEvents(event('user.created'));
  });

  it('takes an empty username for none', () => {
    given()
      .when(createUser({ username: '' }))
      .thenEvents(event('user.created'));
  });

  it('keeps tokens, referrer, membership and address', () => {
    given()
      .when(
        createUser({
          tokens: [setupToken],
          referrer: '7',
          membership: { roles: ['ORG_OWNER'], type: null },
          address: { city: 'Bern' },
        }),
      )
      .thenEvents(
        event('user.created', {
          'address.city': [null, 'Bern'],
          'membership.roles': [[], ['ORG_OWNER']],
          'membership.referrer': [null, '7'],
          'credentials.tokens': [null, [setupToken]],
        }),
      );
  });

  it('makes the policy it is for the identity of the user', () => {
    given()
      .when(createUser({ policy: { number: 'PN-1', startsAt: 1, endsAt: null } }))
      .thenEvents(
        event('user.created', {
          'policy.number': [null, 'PN-1'],
          'policy.startsAt': [null, 1],
          'policy.isIdentity': [false, true],
        }),
      );
  });

  it('verifies a contact in an event of its own', () => {
    const { user } = given()
      .when(createUser({ email: { value: 'a@a.test', verified: true, code: newCode('unused') } }))
      .thenEvents(
        event('user.created', { 'email.value': [null, 'a@a.test'] }),
        event('user.email_verified', { 'email.verified': [false, true], 'email.verifiedAt': [null, NOW] }),
      )
      .thenMessages();
    expect(user.email).toEqual({ value: 'a@a.test', verified: true, verifiedAt: NOW, code: null });
  });

  it('adds codes in the order e-mail, phone, and sends them', () => {
    given()
      .when(
        createUser({
          phone: { value: '+41791234567', code: newCode('p') },
          email: { value: 'a@a.test', code: newCode('e') },
        }),
      )
      .thenTypes('user.created', 'user.email_code_added', 'user.phone_code_added')
      .thenMessages(
        { kind: 'verify_email', channel: 'email', to: 'a@a.test', sealedCode: 'sealed e', userId: USER },
        { kind: 'verify_phone', channel: 'sms', to: '+41791234567', sealedCode: 'sealed p' },
      );
  });

  it('sends nothing when the code is returned', () => {
    given()
      .when(createUser({ email: { value: 'a@a.test', code: { ...newCode('e'), delivery: null } } }))
      .thenTypes('user.created', 'user.email_code_added')
      .thenMessages();
  });

  it('adds neither code nor verification when none is asked for', () => {
    given()
      .when(createUser({ email: { value: 'a@a.test' }, phone: { value: '+4179', verified: false } }))
      .thenTypes('user.created');
  });

  it('keeps a hashed password, without showing an older one', () => {
    given()
      .when(createUser({ password: { secret: { hash: '$h' }, changeRequired: true } }))
      .thenEvents(
        event('user.created', {
          'password.hash': [null, '$h'],
          'password.changeRequired': [false, true],
          'password.changedAt': [null, NOW],
        }),
      );
  });

  it('refuses a password that breaks a rule', () => {
    given()
      .when(createUser({ password: { secret: { violation: 'password_too_short' }, changeRequired: false } }))
      .thenRefused('password_too_short');
  });

  it('refuses an id that was ever used', () => {
    given(createUser()).when(createUser()).thenRefused('user_id_taken');
    given(createUser(), { type: 'delete-user' }).when(createUser()).thenRefused('user_id_taken');
  });

  it('refuses an unknown organization', () => {
    given()
      .when(createUser({ organizationId: 'nowhere' }))
      .thenRefused('organization_not_found');
  });

  it('refuses a username in the domain of another organization only', () => {
    given()
      .when(createUser({ username: 'ada@ORG-B.test' }))
      .thenRefused('username_domain_reserved');
    given()
      .when(createUser({ username: 'ada@org-a.test' }))
      .thenTypes('user.created');
    given()
      .when(createUser({ username: 'ada@else.test' }))
      .thenTypes('user.created');
  });

  it('is not deceived by other spellings of the same characters', () => {
    given()
      .when(createUser({ username: 'ada＠ｏｒｇ-b.test' }))
      .thenRefused('username_domain_reserved');
  });
});

describe('update-user', () => {
  const ada = createUser({ username: 'ada', profile: { givenName: 'Ada' }, email: { value: 'a@a.test' } });

  it('changes nothing when every value is the one that is there', () => {
    given(ada)
      .when(
        update({
          username: 'ada',
          profile: { givenName: 'Ada', nickName: null },
          email: { value: 'a@a.test' },
          phone: { value: null },
          extra: { fraud: false, metadata: {} },
          state: 'active',
          membership: { roles: [] },
          setupTokens: [],
        }),
      )
      .thenEvents();
  });

  it('changes a policy in an event of its own, and keeps what it was when the user was created', () => {
    const { user } = given(ada)
      .when(update({ policy: { number: 'PN-1', startsAt: 1, endsAt: 2 }, extra: { customField1: 'x' } }))
      .thenEvents(
        event('user.extra_changed', { 'extra.customField1': [null, 'x'] }),
        event('user.policy_changed', {
          'policy.number': [null, 'PN-1'],
          'policy.startsAt': [null, 1],
          'policy.endsAt': [null, 2],
        }),
      );
    expect(user).toMatchObject({ version: 3, policy: { isIdentity: false } });
    given(createUser({ policy: { number: 'PN-1', startsAt: 1 } }))
      .when(update({ policy: { number: 'PN-1', startsAt: null } }))
      .thenEvents(event('user.policy_changed', { 'policy.startsAt': [1, null] }));
  });

  it('changes nothing when nothing is named', () => {
    given(ada).when(update({})).thenEvents();
    given(ada)
      .when(update({ profile: {}, email: {}, phone: {}, address: {}, extra: {}, membership: {} }))
      .thenEvents();
  });

  it('writes one event per part, in order', () => {
    given(ada)
      .when(
        update({
          setupTokens: [setupToken],
          membership: { type: 'Admin' },
          state: 'inactive',
          password: { secret: { hash: '$h' }, changeRequired: false, proof: null, unchanged: false, lockAfter: 0 },
          extra: { customField1: 'x' },
          address: { city: 'Bern', line1: 'Way 1' },
          phone: { value: '+4179', verified: true },
          email: { value: 'b@a.test', code: newCode('e') },
          profile: { givenName: 'A', familyName: 'L' },
          username: 'lovelace',
        }),
      )
      .thenTypes(
        'user.username_changed',
        'user.profile_changed',
        'user.email_changed',
        'user.email_code_added',
        'user.phone_changed',
        'user.phone_verified',
        'user.address_changed',
        'user.extra_changed',
        'user.password_changed',
        'user.state_changed',
        'user.membership_changed',
        'user.tokens_changed',
      );
  });

  it('sets, clears and keeps', () => {
    given(ada, update({ profile: { nickName: 'Countess' } }))
      .when(update({ profile: { givenName: 'Augusta', nickName: null } }))
      .thenEvents(
        event('user.profile_changed', {
          'profile.givenName': ['Ada', 'Augusta'],
          'profile.nickName': ['Countess', null],
        }),
      );
  });

  it('clears flags, lists, maps and choices to their empty value', () => {
    given(
      ada,
      update({
        extra: { fraud: true, metadata: { a: 'QQ==' }, tosAnswer: 'Accepted' },
        membership: { roles: ['ADMIN'], type: 'Admin' },
      }),
    )
      .when(
        update({ extra: { fraud: null, metadata: null, tosAnswer: null }, membership: { roles: null, type: null } }),
      )
      .thenEvents(
        event('user.extra_changed', {
          'extra.fraud': [true, false],
          'extra.metadata': [{ a: 'QQ==' }, {}],
          'extra.tosAnswer': ['Accepted', 'None'],
        }),
        event('user.membership_changed', {
          'membership.roles': [['ADMIN'], []],
          'membership.type': ['Admin', 'EndUser'],
        }),
      );
  });

  it('does not take another order of members for a change', () => {
    given(ada, update({ extra: { metadata: { a: 'QQ==', b: 'Qg==' } } }))
      .when(update({ extra: { metadata: { b: 'Qg==', a: 'QQ==' } } }))
      .thenEvents();
  });

  it('takes a letter case for a change of a username, and none for a missing one', () => {
    given(ada)
      .when(update({ username: 'Ada' }))
      .thenEvents(event('user.username_changed', { username: ['ada', 'Ada'] }));
    given(ada)
      .when(update({ username: null }))
      .thenEvents(event('user.username_changed', { username: ['ada', null] }));
  });

  it('refuses a username in the domain of another organization, unless it is kept', () => {
    given(ada)
      .when(update({ username: 'x@org-b.test' }))
      .thenRefused('username_domain_reserved');
    const kept = event('user.username_changed', { username: ['ada', 'x@org-b.test'] });
    given(ada, kept)
      .when(update({ username: 'x@org-b.test' }))
      .thenEvents();
  });

  it('drops everything with a password that is refused', () => {
    given(ada)
      .when(
        update({
          username: 'other',
          email: { value: 'b@a.test', code: newCode('e') },
          password: {
            secret: { violation: 'password_lacks_digit' },
            changeRequired: false,
            proof: null,
            unchanged: false,
            lockAfter: 0,
          },
        }),
      )
      .thenRefused('password_lacks_digit');
  });

  it('forgets failed checks when it unlocks', () => {
    const failed = event('user.password_check_failed', { 'password.failedAttempts': [0, 3] });
    given(ada, failed, event('user.state_changed', { state: ['active', 'locked'] }))
      .when(update({ state: 'active' }))
      .thenEvents(event('user.state_changed', { state: ['locked', 'active'], 'password.failedAttempts': [3, 0] }));
    given(ada, failed)
      .when(update({ state: 'inactive' }))
      .thenEvents(event('user.state_changed', { state: ['active', 'inactive'] }));
  });

  it('replaces the tokens of the setup file, keeps the others and the dates of those declared before', () => {
    const own = { digest: 'own', createdAt: 1, expiresAt: 2, source: 'api' as const };
    const old = { ...setupToken, createdAt: NOW - 5 };
    given(ada, event('user.tokens_changed', { 'credentials.tokens': [null, [own, old, { ...old, digest: 'gone' }]] }))
      .when(update({ setupTokens: [setupToken, { ...setupToken, digest: 'new' }, { ...setupToken, digest: 'own' }] }))
      .thenEvents(
        event('user.tokens_changed', {
          'credentials.tokens': [null, [own, old, { ...setupToken, digest: 'new' }]],
        }),
      );
  });

  it('refuses missing and deleted records', () => {
    given()
      .when(update({ username: 'x' }))
      .thenRefused('user_not_found');
    given(ada, { type: 'delete-user' }).when(update({})).thenRefused('user_not_found');
  });
});

describe('delete-user', () => {
  it('ends credentials and outstanding codes, and is for good', () => {
    const ada = createUser({
      email: { value: 'a@a.test', code: newCode('e') },
      phone: { value: '+4179', code: newCode('p') },
      tokens: [setupToken],
    });
    const { user } = given(ada, { type: 'request-password-reset', channel: 'email', code: newCode('r') })
      .when({ type: 'delete-user' })
      .thenEvents(
        event('user.deleted', {
          state: ['active', 'deleted'],
          'email.code': [null, null],
          'phone.code': [null, null],
          'password.code': [null, null],
          'credentials.tokens': [null, []],
        }),
      );
    expect(user.credentials).toEqual(EMPTY_USER.credentials);
    given(ada, { type: 'delete-user' }).when({ type: 'delete-user' }).thenRefused('user_not_found');
    given().when({ type: 'delete-user' }).thenRefused('user_not_found');
  });
});
