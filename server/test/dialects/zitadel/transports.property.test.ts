import type { JsonObject } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { addUser, zitadelSetup } from './support.ts';
import { TRANSPORTS, transportsOf, updateHumanUser } from './transports.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());
const callers = { admin: transportsOf(tessera, ACME.adminPat), viewer: transportsOf(tessera, ACME.viewer.pat) };

const maybe = <T>(value: fc.Arbitrary<T>, freq = 2) => fc.option(value, { nil: undefined, freq });
/** Odd values are rare, or every request would be refused for the first of them. */
const mostly = <T>(usual: readonly T[], odd: readonly T[]) =>
  fc.oneof({ weight: 14, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

const name = mostly(['Minna', 'Ł\u{1F600}', 'x'.repeat(200)], ['', 'x'.repeat(201)]);
const profile = fc.record(
  {
    givenName: name,
    familyName: name,
    nickName: mostly(['', 'Min'], ['x'.repeat(201)]),
    displayName: fc.constantFrom('', 'Shown'),
    preferredLanguage: mostly(['', 'de', 'de-CH', '???'], ['much too long']),
    gender: fc.constantFrom('GENDER_FEMALE', 'GENDER_UNSPECIFIED', 'GENDER_UNKNOWN', 77),
  },
  { requiredKeys: ['givenName', 'familyName'] },
);
const verification = fc.constantFrom<JsonObject>({}, { isVerified: true }, { returnCode: {} }, { sendCode: {} });
const emailVerification = fc.oneof(verification, fc.constant({ isVerified: false }));
/** `#` stands for a number of the user's own, so that no two claim the same. */
const address = mostly(['#@mouse.test', '<#@mouse.test>'], ['Min <#@mouse.test>', 'none', '']);
const email = fc.tuple(address, emailVerification).map(([text, how]) => ({ email: text, ...how }));
const number = mostly(['+1313#', '079 #', ''], ['none']);
const phone = fc.tuple(number, verification).map(([text, how]) => ({ phone: text, ...how }));
const password = fc.constantFrom<JsonObject>(
  {},
  { password: { password: 'short' } },
  { password: { password: 'Fine-pass-1!', changeRequired: true } },
  { currentPassword: 'Wrong-pass-1!', password: { password: 'Fine-pass-1!' } },
  { hashedPassword: { hash: 'x' } },
);
const request = fc.record({
  username: maybe(mostly(['user#'], ['', 'viewer'])),
  profile: maybe(profile, 4),
  email: maybe(email),
  phone: maybe(phone),
  password: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: password }),
});

let count = 0;
let succeeded = 0;

/** The same request for each transport's user, with contacts of its own. */
function own(template: object): JsonObject {
  count += 1;
  const text = JSON.stringify(template).replaceAll('#', String(2_000_000 + count));
  return JSON.parse(text) as JsonObject;
}

/** Without what differs from one user to the next: ids, times, codes, contacts. */
function plain<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll(/20\d\d-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replaceAll(/"(emailCode|phoneCode)":"\w+"/g, '"$1":"CODE"')
      .replaceAll(/\d{12,}|2\d{6}|minnie\.\d+/g, 'N'),
  );
}

describe('UpdateHumanUser', () => {
  it('comes to the same on every transport', async () => {
    await fc.assert(
      fc.asyncProperty(request, mostly<'admin' | 'viewer'>(['admin'], ['viewer']), async (template, caller) => {
        const results = [];
        for (const transport of TRANSPORTS) {
          const userId = await addUser(tessera);
          const outcome = await callers[caller][transport](updateHumanUser, { ...own(template), userId });
          const events = (await tessera.events(userId)).map(({ type, changes }) => [type, Object.keys(changes)]);
          const { profile, state, version, username, email, phone, password } = await tessera.user(userId);
          const contacts = [email, phone].map(({ value, verified, code }) => [value, verified, code !== null]);
          const { changeRequired } = password;
          results.push(plain({ outcome, events, profile, state, version, username, contacts, changeRequired }));
        }
        if (results[0]?.outcome.code === 0) succeeded += 1;
        for (const result of results.slice(1)) expect(result).toEqual(results[0]);
      }),
      { numRuns: 60 },
    );
    // A property of refusals alone would say little.
    expect(succeeded).toBeGreaterThan(10);
  });
});
