import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW } from '../../../test/support/given.ts';
import type { Command, VerifyTotp } from './commands.ts';
import { CODE_TRIES } from './decide-contact.ts';
import { StaleCheck } from './decide-credentials.ts';

const ada = createUser({
  email: { value: 'ada@a.test', verified: true },
  phone: { value: '+41791234567', verified: true },
});
const add = (sealedSecret = 's'): Command => ({ type: 'add-totp', sealedSecret });
const verify = (ok: boolean, against: string | null = 's'): VerifyTotp => ({
  type: 'verify-totp',
  check: { against, ok },
});
const sms: Command = { type: 'add-otp', factor: 'otpSms' };
const mail: Command = { type: 'add-otp', factor: 'otpEmail' };
const codes = (...digests: string[]): Command => ({ type: 'set-recovery-codes', digests });
const remove = (factor: 'totp' | 'otpSms' | 'otpEmail' | 'recoveryCodes'): Command => ({
  type: 'remove-factor',
  factor,
});
const totp = (failures: number, verifiedAt: number | null = null) => ({ sealedSecret: 's', verifiedAt, failures });

describe('time-based codes', () => {
  it('are set up once a code has shown that the device has the secret', () => {
    given(ada)
      .when(add())
      .thenEvents(event('user.totp_added', { 'factors.totp': [null, totp(0)] }));
    given(ada, add())
      .when(verify(true), NOW + 5)
      .thenEvents(event('user.totp_verified', { 'factors.totp': [null, totp(0, NOW + 5)] }));
  });

  it('may come with the user', () => {
    const { user } = given(createUser()).when(add()).thenTypes('user.totp_added');
    expect(user.factors.totp).toEqual(totp(0));
    expect(given(createUser({ sealedTotpSecret: 's' })).user?.factors.totp).toEqual(totp(0, NOW));
  });

  it('begun anew, the first secret is worth nothing', () => {
    const begun = given(ada, add('first'), add('s'));
    expect(begun.user?.factors.totp).toEqual(totp(0));
    begun.when(verify(true, 'first')).thenThrown(StaleCheck);
    begun.when(verify(true, null)).thenThrown(StaleCheck);
  });

  it('in use, are neither replaced nor verified again', () => {
    const inUse = given(ada, add(), verify(true));
    inUse.when(add('other')).thenRefused('factor_exists', { field: 'factors.totp' });
    inUse.when(verify(true)).thenRefused('factor_exists');
    inUse.when(verify(false)).thenRefused('factor_exists');
  });

  it('that nobody began cannot be verified', () => {
    given(ada).when(verify(false, null)).thenRefused('factor_not_found', { field: 'factors.totp' });
  });

  it('wrong codes are counted, and the last of them ends the registration', () => {
    const failed = (failures: number) =>
      event('user.totp_check_failed', { 'factors.totp': [null, failures === CODE_TRIES ? null : totp(failures)] });
    given(ada, add()).when(verify(false)).thenRefused('code_wrong', { field: 'factors.totp' }, failed(1));
    const last = given(ada, add(), failed(CODE_TRIES - 1));
    last.when(verify(true)).thenTypes('user.totp_verified');
    last.when(verify(false)).thenRefused('code_wrong', undefined, failed(CODE_TRIES));
    given(ada, add(), failed(CODE_TRIES)).when(verify(true)).thenRefused('factor_not_found');
    given(ada, add(), failed(CODE_TRIES)).when(add()).thenTypes('user.totp_added');
  });
});

describe('codes by SMS and by mail', () => {
  it('go to what is verified', () => {
    given(ada)
      .when(sms)
      .thenEvents(event('user.otp_sms_added', { 'factors.otpSms': [null, { addedAt: NOW }] }));
    given(ada)
      .when(mail)
      .thenEvents(event('user.otp_email_added', { 'factors.otpEmail': [null, { addedAt: NOW }] }));
  });

  it('need it verified', () => {
    const unproven = createUser({ email: { value: 'ada@a.test' }, phone: { value: '+41791234567' } });
    given(unproven).when(sms).thenRefused('contact_unverified', { field: 'phone.verified' });
    given(unproven).when(mail).thenRefused('contact_unverified', { field: 'email.verified' });
    given(createUser()).when(sms).thenRefused('contact_unverified');
  });

  it('twice are no change', () => {
    given(ada, sms, mail)
      .when(sms, NOW + 5)
      .thenEvents();
    given(ada, sms, mail)
      .when(mail, NOW + 5)
      .thenEvents();
  });

  it('end with the number or the address', () => {
    const both = given(ada, sms, mail);
    const phoneless = both.when({ type: 'update-user', phone: { value: null } }).thenTypes('user.phone_changed').user;
    expect([phoneless.factors.otpSms, phoneless.factors.otpEmail]).toEqual([null, { addedAt: NOW }]);
    const mailless = both.when({ type: 'update-user', email: { value: null } }).thenTypes('user.email_changed').user;
    expect([mailless.factors.otpSms, mailless.factors.otpEmail]).toEqual([{ addedAt: NOW }, null]);
  });

  it('outlive a change of either', () => {
    const { user } = given(ada, sms)
      .when({ type: 'update-user', phone: { value: '+41791234568' } })
      .thenTypes('user.phone_changed');
    expect(user.factors.otpSms).toEqual({ addedAt: NOW });
  });
});

it('new recovery codes replace the ones there were', () => {
  given(ada)
    .when(codes('a', 'b'))
    .thenEvents(event('user.recovery_codes_added', { 'factors.recoveryCodes': [null, ['a', 'b']] }));
  const { user } = given(ada, codes('a', 'b')).when(codes('c')).thenTypes('user.recovery_codes_added');
  expect(user.factors.recoveryCodes).toEqual(['c']);
});

describe('what is removed', () => {
  it('is gone', () => {
    const all = given(ada, add(), verify(true), sms, mail, codes('a'));
    all.when(remove('totp')).thenEvents(event('user.totp_removed', { 'factors.totp': [null, null] }));
    all
      .when(remove('otpSms'))
      .thenEvents(event('user.otp_sms_removed', { 'factors.otpSms': [{ addedAt: NOW }, null] }));
    all
      .when(remove('otpEmail'))
      .thenEvents(event('user.otp_email_removed', { 'factors.otpEmail': [{ addedAt: NOW }, null] }));
    all
      .when(remove('recoveryCodes'))
      .thenEvents(event('user.recovery_codes_removed', { 'factors.recoveryCodes': [null, []] }));
  });

  it('may be a registration that is not finished', () => {
    given(ada, add()).when(remove('totp')).thenTypes('user.totp_removed');
  });

  it.each(['totp', 'otpSms', 'otpEmail', 'recoveryCodes'] as const)('was there: %s', (factor) => {
    given(ada)
      .when(remove(factor))
      .thenRefused('factor_not_found', { field: `factors.${factor}` });
  });

  it('with the user is everything', () => {
    const { user } = given(ada, add(), verify(true), sms, mail, codes('a'))
      .when({ type: 'delete-user' })
      .thenTypes('user.deleted');
    const { totp: secret, otpSms, otpEmail, recoveryCodes } = user.factors;
    expect([secret, otpSms, otpEmail, recoveryCodes]).toEqual([null, null, null, []]);
  });
});
