import { describe, expect, it } from 'vitest';
import { createUser, event, given, NOW, newCode } from '../../../test/support/given.ts';
import type { ContactChange, RequestContactCode, RequestPasswordReset, UpdateUser, VerifyContact } from './commands.ts';

const HOUR = 3_600_000;
const KINDS = [
  { kind: 'email', old: 'a@a.test', next: 'b@a.test', channel: 'email' },
  { kind: 'phone', old: '+41791', next: '+41792', channel: 'sms' },
] as const;

describe.each(KINDS)('a change of $kind', ({ kind, old, next, channel }) => {
  const change = (more: ContactChange): UpdateUser => ({ type: 'update-user', [kind]: more });
  const verified = createUser({ [kind]: { value: old, verified: true } });
  const unverified = createUser({ [kind]: { value: old } });
  const pending = createUser({ [kind]: { value: old, code: newCode('old') } });

  it('drops the verification', () => {
    given(verified)
      .when(change({ value: next }))
      .thenEvents(
        event(`user.${kind}_changed`, {
          [`${kind}.value`]: [old, next],
          [`${kind}.verified`]: [true, false],
          [`${kind}.verifiedAt`]: [NOW, null],
        }),
      );
  });

  it('kills the outstanding code', () => {
    const { user } = given(pending)
      .when(change({ value: next }))
      .thenEvents(event(`user.${kind}_changed`, { [`${kind}.value`]: [old, next], [`${kind}.code`]: [null, null] }));
    expect(user[kind].code).toBeNull();
  });

  it('kills an outstanding reset code, which may be on its way to the old value', () => {
    const reset: RequestPasswordReset = { type: 'request-password-reset', channel: kind, code: newCode('reset') };
    const { user } = given(verified, reset)
      .when(change({ value: next }))
      .thenTypes(`user.${kind}_changed`);
    expect(user.password.code).toBeNull();
  });

  it('may assert the new value, which needs no code', () => {
    const { user } = given(verified)
      .when(change({ value: next, verified: true, code: newCode('unused') }), NOW + 5)
      .thenTypes(`user.${kind}_changed`, `user.${kind}_verified`)
      .thenMessages();
    expect(user[kind]).toEqual({ value: next, verified: true, verifiedAt: NOW + 5, code: null });
  });

  it('may add a code, replacing the old one', () => {
    const { user } = given(pending)
      .when(change({ value: next, verified: false, code: newCode('new') }))
      .thenTypes(`user.${kind}_changed`, `user.${kind}_code_added`)
      .thenMessages({
        kind: `verify_${kind}`,
        channel,
        to: next,
        sealedCode: 'sealed new',
        expiresAt: NOW + 3_600_000,
      });
    expect(user[kind].code).toEqual({ digest: 'new', expiresAt: NOW + HOUR, failures: 0 });
  });

  it('clears, asking for nothing', () => {
    given(verified)
      .when(change({ value: null, verified: true, code: newCode('unused') }))
      .thenTypes(`user.${kind}_changed`)
      .thenMessages();
  });

  it('is none when the value is the same, whatever code comes with it', () => {
    given(unverified)
      .when(change({ value: old, code: newCode('unused') }))
      .thenEvents()
      .thenMessages();
    given(verified)
      .when(change({ value: old, verified: true }))
      .thenEvents();
    given(verified).when(change({})).thenEvents();
  });

  it('verifies the value that is there, and uses up its code', () => {
    given(pending)
      .when(change({ verified: true }), NOW + 5)
      .thenEvents(
        event(`user.${kind}_verified`, {
          [`${kind}.verified`]: [false, true],
          [`${kind}.verifiedAt`]: [null, NOW + 5],
          [`${kind}.code`]: [null, null],
        }),
      );
  });

  it('withdraws a verification', () => {
    given(verified)
      .when(change({ value: old, verified: false }))
      .thenEvents(
        event(`user.${kind}_changed`, { [`${kind}.verified`]: [true, false], [`${kind}.verifiedAt`]: [NOW, null] }),
      );
    given(unverified)
      .when(change({ verified: false }))
      .thenEvents();
  });

  it('cannot verify what is not there', () => {
    given(createUser())
      .when(change({ verified: true }))
      .thenRefused('contact_missing', { field: `${kind}.value` });
  });
});

it('takes a letter case for a change of an e-mail', () => {
  given(createUser({ email: { value: 'ada@a.test', verified: true } }))
    .when({ type: 'update-user', email: { value: 'Ada@a.test' } })
    .thenEvents(
      event('user.email_changed', {
        'email.value': ['ada@a.test', 'Ada@a.test'],
        'email.verified': [true, false],
        'email.verifiedAt': [NOW, null],
      }),
    );
});

describe.each(KINDS)('verify-contact of $kind', ({ kind, old, next }) => {
  const verify = (digest: string): VerifyContact => ({ type: 'verify-contact', contact: kind, digest });
  const pending = createUser({ [kind]: { value: old, code: newCode('right') } });
  const failure = (failures: number) =>
    event(`user.${kind}_code_failed`, {
      [`${kind}.code`]: [null, { digest: 'right', expiresAt: NOW + HOUR, failures }],
    });

  it('verifies with the right code, once', () => {
    given(pending).when(verify('right')).thenTypes(`user.${kind}_verified`);
    given(pending, verify('right')).when(verify('right')).thenRefused('code_absent');
  });

  it('lives until its time is up, and not longer', () => {
    given(pending)
      .when(verify('right'), NOW + HOUR - 1)
      .thenTypes(`user.${kind}_verified`);
    given(pending)
      .when(verify('right'), NOW + HOUR)
      .thenRefused('code_expired');
    given(pending)
      .when(verify('wrong'), NOW + HOUR)
      .thenRefused('code_expired');
  });

  it('counts wrong tries, and dies with the fifth', () => {
    const wrong = [1, 2, 3, 4, 5].map(failure);
    for (const [tries, expected] of wrong.entries()) {
      given(pending, ...wrong.slice(0, tries))
        .when(verify('wrong'))
        .thenRefused('code_wrong', { field: `${kind}.code` }, expected);
    }
    given(pending, ...wrong.slice(0, 4))
      .when(verify('right'))
      .thenTypes(`user.${kind}_verified`);
    given(pending, ...wrong)
      .when(verify('right'))
      .thenRefused('code_absent');
  });

  it('starts to count anew with a new code', () => {
    given(pending, failure(4), { type: 'update-user', [kind]: { value: next, code: newCode('second') } })
      .when(verify('wrong'))
      .thenRefused(
        'code_wrong',
        undefined,
        event(`user.${kind}_code_failed`, {
          [`${kind}.code`]: [null, { digest: 'second', expiresAt: NOW + HOUR, failures: 1 }],
        }),
      );
  });

  it('refuses without a code, and in the initial state', () => {
    given(createUser()).when(verify('right')).thenRefused('code_absent');
    given(pending, event('user.state_changed', { state: ['active', 'initial'] }))
      .when(verify('right'))
      .thenRefused('user_initial');
    given().when(verify('right')).thenRefused('user_not_found');
  });
});

describe.each(['email', 'phone'] as const)('a code for the stored %s that its holder asks for', (kind) => {
  const value = kind === 'email' ? 'mina@mouse.test' : '+12025550100';
  const ask: RequestContactCode = {
    type: 'request-contact-code',
    contact: kind,
    again: false,
    byHolder: true,
    code: newCode('asked'),
  };
  const verified = createUser({ [kind]: { value, verified: true } });

  it('is sent as long as there is something to verify', () => {
    given(createUser({ [kind]: { value } }))
      .when(ask)
      .thenTypes(`user.${kind}_code_added`)
      .thenMessages({ kind: `verify_${kind}`, to: value, sealedCode: 'sealed asked' });
  });

  it('is none once that is done, but for a code that is outstanding', () => {
    given(verified)
      .when(ask)
      .thenRefused('contact_verified', { field: `${kind}.verified` });
    given(verified, { ...ask, byHolder: false })
      .when(ask)
      .thenTypes(`user.${kind}_code_added`);
  });

  it('is none without one to send it to', () => {
    given(createUser()).when(ask).thenRefused('contact_missing');
  });

  it('again is none where none is outstanding, whether or not there is one to send it to', () => {
    const again = { ...ask, byHolder: false, again: true };
    for (const user of [createUser(), createUser({ [kind]: { value } })]) {
      given(user)
        .when(again)
        .thenRefused('code_absent', { field: `${kind}.code` });
    }
  });
});
