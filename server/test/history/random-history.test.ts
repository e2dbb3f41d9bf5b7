import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventType } from '../../src/core/user/events.ts';
import { type Contents, checkDatabase } from '../support/checker.ts';
import {
  createThrough,
  DIALECT_NAMES,
  type DialectClient,
  type DialectName,
  dialectClients,
  somebody,
} from '../support/clients.ts';
import { countRows, withRows } from '../support/rows.ts';
import { startTessera, type Tessera, type TestResponse } from '../support/tessera.ts';
import { BELONGING_ACTS } from './belonging-acts.ts';
import { BRAND_ACTS } from './brand-acts.ts';
import { ENROLMENT_ACTS } from './enrolment-acts.ts';
import { type Cast, PASSWORDS, Player, type Step, step } from './steps.ts';

let tessera: Tessera;
let acme: Record<DialectName, DialectClient>;
let player: Player;

beforeAll(async () => {
  tessera = await startTessera();
  acme = await dialectClients(tessera);
  player = new Player(tessera, acme);
});
afterAll(() => tessera.stop());

/** One person through each dialect. */
async function newCast(): Promise<Cast> {
  const people = DIALECT_NAMES.map(() => somebody());
  const ids = await Promise.all(
    DIALECT_NAMES.map(async (name, n) => (await createThrough(tessera, acme[name], people[n] ?? somebody())).id),
  );
  return { ids, emails: people.map(({ email }) => email) };
}

async function playAll(cast: Cast, steps: readonly Step[], together: boolean): Promise<TestResponse[]> {
  if (together) return (await Promise.all(steps.map((one) => player.play(cast, one)))).flat();
  const answers: TestResponse[] = [];
  for (const one of steps) answers.push(...(await player.play(cast, one)));
  return answers;
}

/** The database once nothing that was accepted waits any more. */
async function settled(): Promise<Contents> {
  const { database } = tessera;
  await expect.poll(() => countRows(database, 'deferred'), { timeout: 10_000, interval: 10 }).toBe(0);
  return checkDatabase(database);
}

const REGISTERED = DIALECT_NAMES.indexOf('jframework');
const [OLD, NEW] = PASSWORDS;

/** Every kind of step with the outcomes that chance may miss: right and wrong passwords, right and wrong codes. */
const EVERY_KIND: Step[] = [
  { kind: 'update', dialect: 'ownli', user: 0, change: { phone: '+13125550100' }, key: 1, ifMatch: '*' },
  { kind: 'create', dialect: 'avibra', email: 'contested.1@mouse.test' },
  { kind: 'contact-code', user: 0, path: 'email/send' },
  { kind: 'invite', user: 0, isRight: false, again: true },
  { kind: 'invite', user: 0, isRight: true, again: false },
  { kind: 'skip-mfa-init', user: 0 },
  { kind: 'join', user: 0, email: 'contested.5@mouse.test' },
  { kind: 'metadata', user: 0, key: '__proto__', value: 'eA==' },
  { kind: 'move', user: 0, action: 'lock' },
  { kind: 'move', user: 0, action: 'unlock' },
  { kind: 'totp', user: 0, isRight: false },
  { kind: 'totp', user: 0, isRight: true },
  { kind: 'add-otp', user: 0, path: 'otp_sms' },
  { kind: 'add-otp', user: 0, path: 'otp_email' },
  { kind: 'recovery-codes', user: 0, count: 2 },
  ...(['totp', 'otp_sms', 'otp_email', 'recovery_codes'] as const).map(
    (path): Step => ({ kind: 'remove-factor', user: 0, path }),
  ),
  { kind: 'add-otp', user: 0, path: 'otp_sms' },
  { kind: 'remove-phone', user: 0 },
  { kind: 'set-password-by-code', user: 0, password: NEW },
  { kind: 'passkey-link', user: 0, isRight: false },
  { kind: 'passkey-link', user: 0, isRight: true },
  ...(['passkeys', 'u2f'] as const).flatMap((factor, authenticator): Step[] => [
    { kind: 'webauthn', user: 0, factor, authenticator, isRight: false },
    { kind: 'webauthn', user: 0, factor, authenticator, isRight: true },
    { kind: 'webauthn', user: 1, factor, authenticator, isRight: true },
    { kind: 'remove-webauthn', user: 0, factor },
  ]),
  { kind: 'idp-link', user: 0, identity: 2, isRemoved: false },
  { kind: 'idp-link', user: 1, identity: 2, isRemoved: false },
  { kind: 'idp-link', user: 0, identity: 2, isRemoved: true },
  { kind: 'sign-in', user: REGISTERED, password: NEW },
  { kind: 'sign-in', user: REGISTERED, password: OLD },
  { kind: 'change-password', user: REGISTERED, current: OLD, password: NEW },
  { kind: 'change-password', user: REGISTERED, current: OLD, password: NEW },
  { kind: 'reset-password', user: REGISTERED, password: OLD },
  { kind: 'set-password', user: 2, password: OLD },
  { kind: 'verify-email', user: 2, email: 'contested.2@mouse.test', isRight: false },
  { kind: 'verify-email', user: 3, email: 'contested.3@mouse.test', isRight: true },
  { kind: 'deferred-update', user: 2, givenName: 'Dee' },
  { kind: 'ownli-fields', user: 3, city: 'one', customField1: 'two' },
  { kind: 'policy', user: 3, policyNumber: 'PN-1', phone: null },
  { kind: 'policy', user: 3, policyNumber: 'PN-2', phone: '+13125550101' },
  ...(
    ['set-secret', 'add-key', 'add-token', 'change-type', 'remove-secret', 'remove-key', 'remove-token'] as const
  ).map((act): Step => ({ kind: 'machine', act })),
  ...BELONGING_ACTS.map((act): Step => ({ kind: 'belonging', user: REGISTERED, act })),
  ...ENROLMENT_ACTS.map((act): Step => ({ kind: 'enrolment', user: 0, act })),
  ...BRAND_ACTS.map((act): Step => ({ kind: 'brand', user: 0, other: REGISTERED, act })),
  { kind: 'delete', user: 3 },
];

const EXPECTED_TYPES: EventType[] = [
  'user.created',
  'user.profile_changed',
  'user.email_changed',
  'user.email_code_added',
  'user.email_code_failed',
  'user.email_verified',
  'user.phone_changed',
  'user.address_changed',
  'user.extra_changed',
  'user.policy_changed',
  'user.metadata_changed',
  'user.state_changed',
  'user.membership_changed',
  'user.enrolment_requested',
  'user.enrolled',
  'user.offer_activated',
  'user.offer_upgraded',
  'user.offer_downgraded',
  'user.benefits_chosen',
  'user.enrolment_cancelled',
  'user.invite_code_added',
  'user.invite_code_failed',
  'user.invite_accepted',
  'user.mfa_init_skipped',
  'user.passkey_code_added',
  'user.passkey_code_failed',
  'user.passkey_added',
  'user.passkey_verified',
  'user.passkey_removed',
  'user.u2f_added',
  'user.u2f_verified',
  'user.u2f_removed',
  'user.idp_link_added',
  'user.idp_link_removed',
  'user.totp_added',
  'user.totp_check_failed',
  'user.totp_verified',
  'user.totp_removed',
  'user.otp_sms_added',
  'user.otp_sms_removed',
  'user.otp_email_added',
  'user.otp_email_removed',
  'user.recovery_codes_added',
  'user.recovery_codes_removed',
  'user.password_changed',
  'user.password_code_added',
  'user.password_check_failed',
  'user.password_check_succeeded',
  'user.session_started',
  'user.quota_consumed',
  'user.sign_in_code_added',
  'user.sign_in_code_failed',
  'user.device_registered',
  'user.device_linked',
  'user.device_changed',
  'user.device_removed',
  'user.app_setting_saved',
  'user.app_setting_removed',
  'user.secret_set',
  'user.secret_removed',
  'user.key_added',
  'user.key_removed',
  'user.token_added',
  'user.token_removed',
  'user.token_type_changed',
  'user.deleted',
];

describe('whatever is asked through whichever dialect', () => {
  it('histories fold to rows, sequences have no gaps, and claims are what the rows say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.boolean(), async (steps, together) => {
        const answers = await playAll(await newCast(), steps, together);

        for (const { status, text } of answers) expect(status, text).toBeLessThan(500);
        expect((await settled()).findings).toEqual([]);
      }),
      { numRuns: 80, examples: [[EVERY_KIND, false]] },
    );
    const { events } = await settled();
    const types = new Set([...events.values()].flat().map(({ type }) => type));
    expect([...types]).toEqual(expect.arrayContaining(EXPECTED_TYPES));
  });

  it('the checker sees a record that was changed behind its history', async () => {
    const { id = '' } = await acme.ownli.create(somebody());
    const { database } = tessera;
    const replace = (from: string, to: string) =>
      withRows(
        database,
        ({ query }) => query('UPDATE users SET document = replace(document, $1, $2) WHERE id = $3', [from, to, id]),
        'write',
      );
    await replace('Minnie', 'Mallory');
    expect((await checkDatabase(database)).findings).toEqual([
      `history of ${id} is not its row`,
      `lists do not show ${id} as the record is`,
      database.startsWith('sqlite:')
        ? 'the index of trigrams is not that of the records'
        : 'the signatures are not those of the records',
    ]);
    await replace('Mallory', 'Minnie');
  });
});
