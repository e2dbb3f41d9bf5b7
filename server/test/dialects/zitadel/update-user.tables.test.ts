import type { JsonObject } from '@bufbuild/protobuf';
import { afterAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { addUser, END_USER, eventTypes, leavesNoTrace, messagesTo, plant, zitadelSetup } from './support.ts';
import { getUserByID, TRANSPORTS, transportsOf, updateHumanUser } from './transports.ts';

/** The tables of merging and of permission, row by row on every transport. */
const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const NAMES = { givenName: 'Minnie', familyName: 'Mouse' };
let count = 0;

interface Row {
  readonly request: (own: { readonly email: string; readonly phone: string }) => JsonObject;
  readonly verified?: true;
  readonly events: readonly string[];
  readonly shown?: object;
  readonly returned?: 'emailCode' | 'phoneCode';
  readonly sent?: readonly string[];
}

const changed = (kind: 'email' | 'phone', what: 'verified' | 'code_added') => [
  `user.${kind}_changed`,
  `user.${kind}_${what}`,
];
const emailTo =
  (how: JsonObject): Row['request'] =>
  ({ email }) => ({ email: { email: `new.${email}`, ...how } });
const emailKept =
  (how: JsonObject): Row['request'] =>
  ({ email }) => ({ email: { email, ...how } });
const phoneTo =
  (how: JsonObject): Row['request'] =>
  ({ phone }) => ({ phone: { phone: phone.replace('+4179', '078'), ...how } });
const phoneKept =
  (how: JsonObject): Row['request'] =>
  ({ phone }) => ({ phone: { phone: phone.replace('+41', '0'), ...how } });
const profile =
  (change: JsonObject): Row['request'] =>
  () => ({ profile: { ...NAMES, ...change } });
const PROFILE = ['user.profile_changed'];

const MERGE: Readonly<Record<string, Row>> = {
  'no field but the id': { request: () => ({}), events: [] },
  'the stored username': { request: () => ({ username: `table.${count}` }), events: [] },
  'another username': { request: () => ({ username: `other.${count}` }), events: ['user.username_changed'] },
  'the stored names': { request: profile({}), events: [] },
  'another name': { request: profile({ givenName: 'Min' }), events: PROFILE, shown: { profile: { givenName: 'Min' } } },
  'no nick name': { request: profile({ nickName: '' }), events: PROFILE, shown: { profile: { nickName: '' } } },
  'no display name': {
    request: profile({ displayName: '' }),
    events: PROFILE,
    shown: { profile: { displayName: '' } },
  },
  'a language': {
    request: profile({ preferredLanguage: 'de_ch' }),
    events: PROFILE,
    shown: { profile: { preferredLanguage: 'de-CH' } },
  },
  'a language that is none': {
    request: profile({ preferredLanguage: 'no tag!' }),
    events: PROFILE,
    shown: { profile: { preferredLanguage: 'und' } },
  },
  'a gender': { request: profile({ gender: 3 }), events: PROFILE, shown: { profile: { gender: 'GENDER_DIVERSE' } } },
  'a gender that is none': {
    request: profile({ gender: 99 }),
    events: PROFILE,
    shown: { profile: { gender: 'GENDER_UNSPECIFIED' } },
  },
  'the stored email': { request: emailKept({}), events: [] },
  'the stored email, returnCode': { request: emailKept({ returnCode: {} }), events: [] },
  'the stored email, isVerified': {
    request: emailKept({ isVerified: true }),
    events: ['user.email_verified'],
    shown: { email: { isVerified: true } },
  },
  'the stored verified email, isVerified': { request: emailKept({ isVerified: true }), verified: true, events: [] },
  'the stored verified email, isVerified:false': {
    request: emailKept({ isVerified: false }),
    verified: true,
    events: [],
    shown: { email: { isVerified: true } },
  },
  'another email, isVerified': { request: emailTo({ isVerified: true }), events: changed('email', 'verified') },
  'another email, returnCode': {
    request: emailTo({ returnCode: {} }),
    events: changed('email', 'code_added'),
    returned: 'emailCode',
  },
  'another email, sendCode': {
    request: emailTo({ sendCode: {} }),
    events: changed('email', 'code_added'),
    sent: ['verify_email'],
  },
  'another email': { request: emailTo({}), events: changed('email', 'code_added'), sent: ['verify_email'] },
  'another email, isVerified:false': {
    request: emailTo({ isVerified: false }),
    events: changed('email', 'code_added'),
    sent: ['verify_email'],
  },
  'the email in another letter case': {
    request: ({ email }) => ({ email: { email: email.toUpperCase(), returnCode: {} } }),
    verified: true,
    events: changed('email', 'code_added'),
    returned: 'emailCode',
  },
  'the stored phone in another spelling': { request: phoneKept({ returnCode: {} }), events: [] },
  'the stored phone, isVerified': { request: phoneKept({ isVerified: true }), events: ['user.phone_verified'] },
  'the stored verified phone, isVerified': { request: phoneKept({ isVerified: true }), verified: true, events: [] },
  'another phone, isVerified': { request: phoneTo({ isVerified: true }), events: changed('phone', 'verified') },
  'another phone, returnCode': {
    request: phoneTo({ returnCode: {} }),
    events: changed('phone', 'code_added'),
    returned: 'phoneCode',
  },
  'another phone': { request: phoneTo({}), events: changed('phone', 'code_added'), sent: ['verify_phone'] },
  'an empty phone': { request: () => ({ phone: { phone: '', returnCode: {} } }), events: [] },
  'an empty phone, isVerified': {
    request: () => ({ phone: { phone: '', isVerified: true } }),
    events: ['user.phone_verified'],
  },
  'a password': {
    request: () => ({ password: { password: { password: 'Secr3tP4ssw0rd!' } } }),
    events: ['user.password_changed'],
  },
};

const admin = transportsOf(tessera, ACME.adminPat);

describe.each(Object.entries(MERGE))(
  'merging %s',
  (_name, { request, verified, events, shown = {}, returned, sent = [] }) => {
    it.each(TRANSPORTS)('over %s', async (transport) => {
      // Given
      count += 1;
      const userId = `table-${count}`;
      const own = { email: `table.${count}@mouse.test`, phone: `+4179${1_000_000 + count}` };
      const contact = { verified: verified ?? false, verifiedAt: verified ? 1_700_000_000_000 : null, code: null };
      await plant(tessera, {
        id: userId,
        username: `table.${count}`,
        profile: {
          ...(await tessera.user(END_USER.id)).profile,
          ...NAMES,
          nickName: 'Min',
          displayName: 'Shown',
          gender: 'female',
          preferredLanguage: 'en',
        },
        email: { value: own.email, ...contact },
        phone: { value: own.phone, ...contact },
      });
      // When
      const answer = await admin[transport](updateHumanUser, { userId, ...request(own) });
      // Then
      expect(answer).toMatchObject({ code: 0, details: { details: { resourceOwner: ACME.id } } });
      expect(Object.keys(answer.details as object)).toEqual(returned ? ['details', returned] : ['details']);
      expect(await eventTypes(tessera, userId)).toEqual(events);
      expect(await messagesTo(tessera, userId)).toEqual(sent);
      const read = await admin[transport](getUserByID, { userId });
      expect(read).toMatchObject({ code: 0, etag: answer.etag, details: { user: { human: shown } } });
    });
  },
);

const NO_MEMBERSHIP = { code: 5, message: 'membership not found (AUTHZ-cdgFk)', details: [{ id: 'AUTHZ-cdgFk' }] };
const NO_PERMISSION = {
  code: 7,
  message: 'No matching permissions found (AUTH-AWfge)',
  details: [{ id: 'AUTH-AWfge' }],
};

const PARTS: Readonly<Record<string, JsonObject>> = {
  'no part': {},
  username: { username: 'taken.over' },
  profile: { profile: NAMES },
  email: { email: { email: 'over@mouse.test' } },
  phone: { phone: { phone: '+41790000000' } },
  password: { password: { password: { password: 'Secr3tP4ssw0rd!' } } },
};

const ASSERTIONS: Readonly<Record<string, JsonObject>> = {
  'email.isVerified': { email: { email: 'mine@mouse.test', isVerified: true } },
  'email.returnCode': { email: { email: 'mine@mouse.test', returnCode: {} } },
  'phone.isVerified': { phone: { phone: '+41790000001', isVerified: true } },
  'phone.returnCode': { phone: { phone: '+41790000001', returnCode: {} } },
  'password without a proof': { password: { password: { password: 'Secr3tP4ssw0rd!' } } },
};

describe.each(TRANSPORTS)('permission over %s', (transport) => {
  it.each(Object.entries(PARTS))('%s of another user', async (_part, request) => {
    const userId = await addUser(tessera);
    await leavesNoTrace(tessera, userId, async () => {
      for (const [pat, refusal] of [
        [END_USER.pat, NO_MEMBERSHIP],
        [GLOBEX.adminPat, NO_MEMBERSHIP],
        [ACME.viewer.pat, NO_PERMISSION],
      ] as const) {
        expect(await transportsOf(tessera, pat)[transport](updateHumanUser, { userId, ...request })).toMatchObject(
          refusal,
        );
      }
    });
  });

  it.each(Object.entries(ASSERTIONS))('%s of oneself', async (_what, request) => {
    const { id, pat } = END_USER;
    await leavesNoTrace(tessera, id, async () => {
      expect(await transportsOf(tessera, pat)[transport](updateHumanUser, { userId: id, ...request })).toMatchObject(
        NO_MEMBERSHIP,
      );
    });
    const viewer = await transportsOf(tessera, ACME.viewer.pat)[transport](updateHumanUser, {
      userId: ACME.viewer.id,
      ...request,
    });
    expect(viewer).toMatchObject(NO_PERMISSION);
  });

  it('the rest of oneself, and a user whom nobody has', async () => {
    const self = transportsOf(tessera, END_USER.pat)[transport];
    const request = {
      profile: { givenName: 'My', familyName: transport },
      email: { email: `${transport.replace(' ', '.')}@self.test` },
    };
    expect(await self(updateHumanUser, { userId: END_USER.id, ...request })).toMatchObject({ code: 0 });
    const missing = 'User could not be found (COMMAND-ugjs0upun6)';
    expect(await self(updateHumanUser, { userId: 'nobody', ...request })).toMatchObject({ code: 5, message: missing });
  });
});
