import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW, newCode } from '../../../test/support/given.ts';
import { requirementsOf } from '../../access/requirements.ts';
import type {
  CreatePasskeyLink,
  RegisterWebAuthn,
  RemoveWebAuthn,
  VerifyWebAuthn,
  WebAuthnFactor,
} from './commands.ts';
import { StaleCheck } from './decide-credentials.ts';
import { MAX_REGISTRATIONS, MAX_WEBAUTHN, REGISTRATION_LIFETIME } from './decide-webauthn.ts';
import type { AuthenticatorKey, WebAuthnCredential } from './user.ts';

const ADDRESS = 'ada@a.test';
const ada = createUser({ email: { value: ADDRESS } });

const key = (id: string): AuthenticatorKey => ({ id, publicKey: 'k', signCount: 0, aaguid: 'a' });
const link = (id: string, more: Partial<CreatePasskeyLink> = {}): CreatePasskeyLink => ({
  type: 'create-passkey-link',
  id,
  code: newCode(`code ${id}`),
  ...more,
});
const register = (id: string, more: Partial<RegisterWebAuthn> = {}): RegisterWebAuthn => ({
  type: 'register-webauthn',
  factor: 'passkeys',
  id,
  rpId: 'a.test',
  challenge: `challenge ${id}`,
  ...more,
});
const verify = (id: string, more: Partial<VerifyWebAuthn> = {}): VerifyWebAuthn => ({
  type: 'verify-webauthn',
  factor: 'passkeys',
  id,
  name: 'My key',
  check: { against: `challenge ${id}`, key: key(`cred ${id}`) },
  byCode: false,
  ...more,
});
const remove = (id: string, factor: WebAuthnFactor = 'passkeys'): RemoveWebAuthn => ({
  type: 'remove-webauthn',
  factor,
  id,
});
const begun: WebAuthnCredential = {
  id: '1',
  name: '',
  rpId: 'a.test',
  challenge: 'challenge 1',
  byCode: false,
  credential: null,
  createdAt: NOW,
};
const finished: WebAuthnCredential = { ...begun, name: 'My key', challenge: null, credential: key('cred 1') };

describe('a registration', () => {
  it.each([
    ['passkeys', 'user.passkey_added', 'user.passkey_verified', 'user.passkey_removed'],
    ['u2f', 'user.u2f_added', 'user.u2f_verified', 'user.u2f_removed'],
  ] as const)('of %s is begun, finished and removed', (factor, added, verified, removed) => {
    const field = `factors.${factor}` as const;
    given(ada)
      .when(register('1', { factor }))
      .thenEvents(event(added, { [field]: [null, [begun]] }));
    given(ada, register('1', { factor }))
      .when(verify('1', { factor }))
      .thenEvents(event(verified, { [field]: [null, [finished]] }));
    given(ada, register('1', { factor }), verify('1', { factor }))
      .when(remove('1', factor))
      .thenEvents(event(removed, { [field]: [null, []] }));
  });

  it('is finished once', () => {
    given(ada, register('1'), verify('1')).when(verify('1')).thenRefused('registration_over');
  });

  it('waits an hour', () => {
    const { when } = given(ada, register('1'));
    when(verify('1'), NOW + REGISTRATION_LIFETIME - 1).thenTypes('user.passkey_verified');
    when(verify('1'), NOW + REGISTRATION_LIFETIME).thenRefused('registration_over');
  });

  it('stays open after an answer that is none', () => {
    const check = { against: 'challenge 1', key: null };
    given(ada, register('1')).when(verify('1', { check })).thenRefused('credential_invalid');
  });

  it('is checked anew when the answer was checked against something else', () => {
    for (const against of ['another challenge', null]) {
      const check = { against, key: key('c') };
      given(ada, register('1')).when(verify('1', { check })).thenThrown(StaleCheck);
    }
  });

  it('is not known by another id, or as another factor', () => {
    const { when } = given(ada, register('1'));
    when(verify('2')).thenRefused('factor_not_found', { field: 'factors.passkeys' });
    when(verify('1', { factor: 'u2f' })).thenRefused('factor_not_found', { field: 'factors.u2f' });
    when(remove('2')).thenRefused('factor_not_found');
    when(remove('1')).thenTypes('user.passkey_removed');
  });

  it('of a credential that is registered already is refused, also as another factor', () => {
    const check = { against: 'challenge 2', key: key('cred 1') };
    for (const factor of ['passkeys', 'u2f'] as const) {
      given(ada, register('1'), verify('1'), register('2', { factor }))
        .when(verify('2', { factor, check }))
        .thenRefused('credential_taken');
    }
  });

  it('is one of ten at most: the oldest gives way, and so do those that are over', () => {
    const ids = Array.from({ length: MAX_REGISTRATIONS + 1 }, (_, n) => `r${n}`);
    const many = given(ada, register('1'), verify('1'), ...ids.map((id) => register(id)));
    expect(many.user?.factors.passkeys.map(({ id }) => id)).toEqual(['1', ...ids.slice(1)]);
    const { user } = many.when(register('last'), NOW + REGISTRATION_LIFETIME);
    expect(user.factors.passkeys.map(({ id }) => id)).toEqual(['1', 'last']);
  });

  it('is refused to whoever has twenty, when it begins and when it ends; the other factor has room of its own', () => {
    const ids = Array.from({ length: MAX_WEBAUTHN }, (_, n) => `k${n}`);
    const keys = ids.slice(1).flatMap((id) => [register(id), verify(id)]);
    const { when } = given(ada, ...keys, register('k0'), register('open'), verify('k0'));
    when(register('more')).thenRefused('credentials_full');
    when(verify('open')).thenRefused('credentials_full');
    when(register('more', { factor: 'u2f' })).thenTypes('user.u2f_added');
  });
});

describe('an invitation to register a passkey', () => {
  const code = { id: 'i', digest: 'code i' };
  const invited = { id: 'i', digest: 'code i', expiresAt: NOW + 3_600_000, failures: 0 };

  it('goes out as an id and a code', () => {
    given(ada)
      .when(link('i'))
      .thenEvents(event('user.passkey_code_added', { 'factors.passkeyCode': [null, invited] }))
      .thenMessages({
        kind: 'register_passkey',
        channel: 'email',
        to: ADDRESS,
        sealedCode: 'sealed code i',
        codeId: 'i',
      });
  });

  it('needs an address only when it is sent', () => {
    given(createUser()).when(link('i')).thenRefused('contact_missing', { field: 'email.value' });
    given(createUser())
      .when(link('i', { code: { ...newCode('c'), delivery: null } }))
      .thenTypes('user.passkey_code_added')
      .thenMessages();
  });

  it('is used up by the registration it begins', () => {
    const { user } = given(ada, link('i'))
      .when(register('1', { code }))
      .thenEvents(
        event('user.passkey_added', {
          'factors.passkeyCode': [null, null],
          'factors.passkeys': [null, [{ ...begun, byCode: true }]],
        }),
      );
    expect(user.factors.passkeyCode).toBeNull();
    given(ada, link('i'), register('1', { code })).when(register('2', { code })).thenRefused('code_absent');
  });

  it('is ended by another', () => {
    given(ada, link('i'), link('j')).when(register('1', { code })).thenRefused('code_absent');
  });

  it('is found by its id', () => {
    given(ada, link('i'))
      .when(register('1', { code: { ...code, id: 'j' } }))
      .thenRefused('code_absent', { field: 'factors.passkeyCode' });
  });

  it('dies after five wrong tries, on expiry, and with the address it went to', () => {
    const wrong = { id: 'i', digest: 'wrong' };
    const failed = (failures: number) =>
      event('user.passkey_code_failed', { 'factors.passkeyCode': [null, { ...invited, failures }] });
    given(ada, link('i'))
      .when(register('1', { code: wrong }))
      .thenRefused('code_wrong', { field: 'factors.passkeyCode' }, failed(1));
    const tried = [failed(1), failed(2), failed(3), failed(4)];
    given(ada, link('i'), ...tried)
      .when(register('1', { code }))
      .thenTypes('user.passkey_added');
    given(ada, link('i'), ...tried, failed(5))
      .when(register('1', { code }))
      .thenRefused('code_absent');
    given(ada, link('i')).when(register('1', { code }), invited.expiresAt).thenRefused('code_expired');
    given(ada, link('i'), { type: 'update-user', email: { value: 'eve@a.test' } })
      .when(register('1', { code }))
      .thenRefused('code_absent');
  });

  it('does not make room: who has twenty keeps it unused', () => {
    const ids = Array.from({ length: MAX_WEBAUTHN }, (_, n) => `k${n}`);
    given(ada, link('i'), ...ids.flatMap((id) => [register(id), verify(id)]))
      .when(register('more', { code }))
      .thenRefused('credentials_full');
  });
});

it('who is deleted keeps neither credentials nor an invitation', () => {
  const { user } = given(ada, register('1'), verify('1'), register('2', { factor: 'u2f' }), link('i')).when({
    type: 'delete-user',
  });
  expect(user.factors).toMatchObject({ passkeys: [], u2f: [], passkeyCode: null });
});

it.each([
  [register('1'), ['enrolment']],
  [register('1', { factor: 'u2f' }), ['enrolment']],
  [register('1', { code: { id: 'i', digest: 'd' } }), []],
  [verify('1'), ['enrolment']],
  [verify('1', { factor: 'u2f' }), ['enrolment']],
  [verify('1', { byCode: true }), []],
  [remove('1'), ['factor']],
  [link('i'), ['passkey_link']],
] as const)('%j needs %j', (command, capabilities) => {
  expect([...requirementsOf(command)]).toEqual(capabilities);
});
