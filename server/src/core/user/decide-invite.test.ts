import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW, newCode } from '../../../test/support/given.ts';
import type { CreateInvite, ResendInvite, VerifyInvite } from './commands.ts';

const HOUR = 3_600_000;
const ADDRESS = 'ada@a.test';
const ada = createUser({ email: { value: ADDRESS } });
const invite = (digest: string, more: Partial<CreateInvite> = {}): CreateInvite => ({
  type: 'create-invite',
  code: newCode(digest),
  applicationName: 'Shop',
  ...more,
});
const verify = (digest: string): VerifyInvite => ({ type: 'verify-invite', digest });
const resend = (digest: string): ResendInvite => ({ type: 'resend-invite', code: newCode(digest) });
const template = { sealedCode: 'sealed c', urlTemplate: 'https://x.test/{{.Code}}' };

describe('an invitation', () => {
  it('goes to the e-mail address, in the words that are asked for', () => {
    const { user } = given(ada)
      .when(invite('c', { code: { ...newCode('c'), delivery: template } }))
      .thenTypes('user.invite_code_added')
      .thenMessages({ kind: 'invite_user', channel: 'email', to: ADDRESS, applicationName: 'Shop', ...template });
    expect(user.credentials.invite).toEqual({
      digest: 'c',
      expiresAt: NOW + HOUR,
      failures: 0,
      urlTemplate: template.urlTemplate,
      applicationName: 'Shop',
    });
  });

  it('is sent again in the same words, with a code that replaces the first', () => {
    given(ada, invite('first', { code: { ...newCode('first'), delivery: template } }))
      .when(resend('second'))
      .thenTypes('user.invite_code_added')
      .thenMessages({ sealedCode: 'sealed second', urlTemplate: template.urlTemplate, applicationName: 'Shop' });
    given(ada, invite('first'), resend('second'))
      .when(verify('second'))
      .thenTypes('user.invite_accepted', 'user.email_verified');
    given(ada).when(resend('second')).thenRefused('code_absent');
  });

  it('is for those who cannot sign in yet', () => {
    const known = createUser({ ...ada, password: { secret: { hash: '$h' }, changeRequired: false } });
    given(known).when(invite('c')).thenRefused('user_initialized');
    given(known).when(resend('c')).thenRefused('user_initialized');
    const withCodes = given(ada, { type: 'add-totp', sealedSecret: 's' });
    withCodes.when(invite('c')).thenTypes('user.invite_code_added');
    const verified = createUser({ ...ada, sealedTotpSecret: 's' });
    given(verified).when(invite('c')).thenRefused('user_initialized');
  });

  it('needs an address only when it is sent', () => {
    given(createUser()).when(invite('c')).thenRefused('contact_missing', { field: 'email.value' });
    given(createUser())
      .when(invite('c', { code: { ...newCode('c'), delivery: null } }))
      .thenTypes('user.invite_code_added')
      .thenMessages();
  });

  it('dies with the address it went to', () => {
    const { user } = given(ada, invite('c'))
      .when({ type: 'update-user', email: { value: 'eve@a.test' } })
      .thenTypes('user.email_changed');
    expect(user.credentials.invite).toBeNull();
  });

  it('dies with the user', () => {
    const { user } = given(ada, invite('c')).when({ type: 'delete-user' }).thenTypes('user.deleted');
    expect(user.credentials.invite).toBeNull();
  });
});

describe('a code of an invitation', () => {
  it('verifies the address, once', () => {
    const { user } = given(ada, invite('c'))
      .when(verify('c'), NOW + 5)
      .thenTypes('user.invite_accepted', 'user.email_verified');
    expect(user.email).toEqual({ value: ADDRESS, verified: true, verifiedAt: NOW + 5, code: null });
    given(ada, invite('c'), verify('c')).when(verify('c')).thenRefused('code_absent');
  });

  it('has nothing to verify where there is no address, or a verified one', () => {
    const returned = invite('c', { code: { ...newCode('c'), delivery: null } });
    given(createUser(), returned).when(verify('c')).thenTypes('user.invite_accepted');
    given(createUser({ email: { value: ADDRESS, verified: true } }), returned)
      .when(verify('c'))
      .thenTypes('user.invite_accepted');
  });

  it('expires, and dies after five wrong tries', () => {
    given(ada, invite('c'))
      .when(verify('c'), NOW + HOUR)
      .thenRefused('code_expired');
    const stored = { digest: 'c', expiresAt: NOW + HOUR, urlTemplate: null, applicationName: 'Shop' };
    const failed = (failures: number) =>
      event('user.invite_code_failed', { 'credentials.invite': [null, { ...stored, failures }] });
    given(ada, invite('c'), failed(4)).when(verify('d')).thenRefused('code_wrong', undefined, failed(5));
    given(ada, invite('c'), failed(5)).when(verify('c')).thenRefused('code_absent');
    given(ada, invite('c'), failed(5)).when(resend('d')).thenTypes('user.invite_code_added');
  });
});

it('declining a second factor is noted each time', () => {
  const { user } = given(ada)
    .when({ type: 'skip-mfa-init' }, NOW + 5)
    .thenTypes('user.mfa_init_skipped');
  expect(user.credentials.mfaInitSkippedAt).toBe(NOW + 5);
});
