import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Authenticator, type Deviation } from '../../support/authenticator.ts';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  NO_MEMBERSHIP,
  NO_USER,
  plant,
  VIEWER,
  write,
  zitadelSetup,
} from './support.ts';
import { credentialCalls, KINDS, type Kind, listPasskeys, RP_ID } from './webauthn-support.ts';

let now = Date.now();
const tessera = await startTessera(zitadelSetup(), { clock: () => now }, undefined, [
  '--public-url',
  `https://${RP_ID}:8443`,
]);
afterAll(() => tessera.stop());

let user = '';
beforeEach(async () => {
  user = await addUser(tessera);
});

const HOUR = 60 * 60 * 1000;
const OVER = [400, 9, 'Registration has expired or is already verified'] as const;
const INVALID = [400, 3, 'Credential is invalid'] as const;

describe.each(Object.keys(KINDS) as Kind[])('a %s', (kind) => {
  const { begin, begun, finish, registered, remove } = credentialCalls(tessera, kind);
  const { field, id: idName, label, events } = KINDS[kind];
  const MISSING = [404, 5, `${label} not found`] as const;

  it('is registered, verified, kept over a restart, and removed', async () => {
    // Given
    const authenticator = new Authenticator();
    const first = await begin(user);
    expect(first.status, first.text).toBe(200);
    expect(Object.keys(first.json)).toEqual(['details', idName, 'publicKeyCredentialCreationOptions']);
    expect(first.json.details).toMatchObject({ sequence: '2' });
    expect(first.headers.get('etag')).toBe('"1"');
    // When
    const id = first.json[idName];
    const answer = authenticator.register(first.json.publicKeyCredentialCreationOptions.publicKey);
    const verified = await finish(user, id, answer);
    // Then
    expect(verified.status, verified.text).toBe(200);
    expect(Object.keys(verified.json)).toEqual(['details']);
    expect(verified.json.details.sequence).toBe('3');
    await tessera.restart();
    const [stored] = (await tessera.user(user)).factors[field];
    expect(stored).toEqual({
      id,
      name: 'My key',
      rpId: RP_ID,
      challenge: null,
      byCode: false,
      credential: {
        id: authenticator.credentialId,
        publicKey: expect.any(String),
        signCount: 0,
        aaguid: '00000000-0000-0000-0000-000000000000',
      },
      createdAt: now,
    });
    expectRefusal(await finish(user, id, answer), ...OVER);
    const removed = await remove(user, id);
    expect(removed.json.details.sequence).toBe('4');
    expect((await tessera.user(user)).factors[field]).toEqual([]);
    expect(await eventTypes(tessera, user)).toEqual(['user.created', ...events]);
    expectRefusal(await remove(user, id), ...MISSING);
  });

  it('is for the host of the public address, or for the domain that is asked for', async () => {
    expect((await begun(user, { domain: '' })).options.rp.id).toBe(RP_ID);
    const { id, options, answerOf } = await begun(user, { domain: 'Other.Acme.test' });
    expect(options.rp.id).toBe('other.acme.test');
    expect((await finish(user, id, answerOf())).status).toBe(200);
    for (const domain of ['https://acme.test', 'acme.test:443', '127.0.0.1', 'a b']) {
      await leavesNoTrace(tessera, user, async () =>
        expectRefusal(await begin(user, { domain }), 400, 3, 'Domain is invalid'),
      );
    }
  });

  it.each<[string, Deviation]>([
    ['another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['another site', { origin: 'https://evil.test' }],
    ['the site without encryption', { origin: `http://${RP_ID}` }],
    ['a site of the same parent', { origin: 'https://acme.test' }],
    ['another relying party', { rpId: 'evil.test' }],
    ['nobody there', { absent: true }],
  ])('is not verified for %s, and can be later', async (_what, wrong) => {
    const authenticator = new Authenticator();
    const { id, answerOf } = await begun(user);
    await leavesNoTrace(tessera, user, async () =>
      expectRefusal(await finish(user, id, answerOf(authenticator, wrong)), ...INVALID),
    );
    expect((await finish(user, id, answerOf(authenticator))).status).toBe(200);
  });

  it('is not verified with the answer to another registration', async () => {
    const [first, second] = [await begun(user), await begun(user)];
    expectRefusal(await finish(user, first.id, second.answerOf()), ...INVALID);
    expectRefusal(await finish(user, second.id, first.answerOf()), ...INVALID);
  });

  it('is not verified with an answer that is none', async () => {
    const { id, answerOf } = await begun(user);
    const answer = answerOf();
    for (const other of [{}, { ...answer, response: 'x' }, { ...answer, id: null }]) {
      expectRefusal(await finish(user, id, other), ...INVALID);
    }
    const missing = await finish(user, id, undefined);
    expect(missing.json).toMatchObject({ code: 3, message: expect.stringContaining('PublicKeyCredential') });
    const nameless = await finish(user, id, answer, ADMIN, '');
    expect(nameless.json).toMatchObject({ code: 3, message: expect.stringContaining('between 1 and 200 runes') });
  });

  it('must be verified within an hour', async () => {
    const [early, late] = [await begun(user), await begun(user)];
    now += HOUR - 1;
    expect((await finish(user, early.id, early.answerOf())).status).toBe(200);
    now += 1;
    expectRefusal(await finish(user, late.id, late.answerOf()), ...OVER);
  });

  it('is verified once, however many try at the same moment', async () => {
    const { id, answerOf } = await begun(user);
    const answers = await Promise.all(Array.from({ length: 5 }, () => finish(user, id, answerOf())));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
    for (const answer of answers) if (answer.status !== 200) expectRefusal(answer, ...OVER);
    expect((await eventTypes(tessera, user)).filter((type) => type === events[1])).toHaveLength(1);
  });

  it('of another user is not registered again until it is removed there, nor as the other kind', async () => {
    const authenticator = new Authenticator();
    const other = await addUser(tessera);
    const id = await registered(other, authenticator);
    const taken = [409, 6, 'Credential is already registered'] as const;
    for (const owner of [user, other]) {
      for (const each of Object.keys(KINDS) as Kind[]) {
        const again = credentialCalls(tessera, each);
        const { id: second, answerOf } = await again.begun(owner);
        await leavesNoTrace(tessera, owner, async () =>
          expectRefusal(await again.finish(owner, second, answerOf(authenticator)), ...taken),
        );
      }
    }
    await remove(other, id);
    await registered(user, authenticator);
    await tessera.send('DELETE', `/v2/users/${user}`, { headers: ADMIN });
    await registered(other, authenticator);
  });

  it('at the same moment by two users is that of one', async () => {
    const authenticator = new Authenticator();
    const users = [user, await addUser(tessera)];
    const open = await Promise.all(users.map((owner) => begun(owner)));
    const answers = await Promise.all(
      open.map(({ id, answerOf }, n) => finish(users[n] ?? '', id, answerOf(authenticator))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is one of twenty at most; authenticators that have one are asked to stay out', async () => {
    const authenticators = Array.from({ length: 20 }, () => new Authenticator());
    for (const authenticator of authenticators.slice(1)) await registered(user, authenticator);
    const [last, open] = [await begun(user), await begun(user)];
    const excluded = authenticators.slice(1).map(({ credentialId }) => ({ id: credentialId, type: 'public-key' }));
    expect(last.options.excludeCredentials).toEqual(excluded);
    expect((await begun(user, { domain: 'other.test' })).options.excludeCredentials).toEqual([]);
    expect((await finish(user, last.id, last.answerOf())).status).toBe(200);
    const full = [400, 9, 'User has too many of these already'] as const;
    expectRefusal(await finish(user, open.id, open.answerOf()), ...full);
    expectRefusal(await begin(user), ...full);
  });
});

describe('what is asked of an authenticator', () => {
  it('by a passkey: to keep it, and to make sure of its user', async () => {
    const { begun, finish } = credentialCalls(tessera, 'passkey');
    const { id, options, answerOf } = await begun(user, { authenticator: 'PASSKEY_AUTHENTICATOR_PLATFORM' });
    const shown = (await tessera.user(user)).username;
    expect(options).toMatchObject({
      rp: { id: RP_ID },
      user: { id: Buffer.from(user).toString('base64url'), name: shown, displayName: 'Minnie Mouse' },
      authenticatorSelection: {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'required',
        authenticatorAttachment: 'platform',
      },
    });
    expectRefusal(await finish(user, id, answerOf(new Authenticator(), { unverified: true })), ...INVALID);
    const roaming = await begun(user, { authenticator: 'PASSKEY_AUTHENTICATOR_CROSS_PLATFORM' });
    expect(roaming.options.authenticatorSelection.authenticatorAttachment).toBe('cross-platform');
    for (const authenticator of ['PASSKEY_AUTHENTICATOR_UNSPECIFIED', 17]) {
      const either = await begun(user, { authenticator });
      expect(either.options.authenticatorSelection).not.toHaveProperty('authenticatorAttachment');
    }
  });

  it('by a second factor: neither', async () => {
    const { begun, finish } = credentialCalls(tessera, 'u2f');
    const { id, options, answerOf } = await begun(user);
    expect(options.authenticatorSelection).toEqual({
      residentKey: 'discouraged',
      requireResidentKey: false,
      userVerification: 'discouraged',
    });
    expect((await finish(user, id, answerOf(new Authenticator(), { unverified: true }))).status).toBe(200);
  });
});

describe('ListPasskeys', () => {
  const { begun, finish, registered, remove } = credentialCalls(tessera, 'passkey');

  it('shows those that are verified, in the order of their making', async () => {
    const empty = await listPasskeys(tessera, user);
    expect(empty.json).toEqual({ details: { processedSequence: '1', timestamp: new Date(now).toISOString() } });
    const open = await begun(user);
    const named = await begun(user);
    expect((await finish(user, named.id, named.answerOf(), ADMIN, 'Laptop')).status).toBe(200);
    const second = await registered(user);
    await credentialCalls(tessera, 'u2f').registered(user);
    const { json, headers } = await listPasskeys(tessera, user);
    expect(headers.get('etag')).toBe('"1"');
    expect(json).toEqual({
      details: { totalResult: '2', processedSequence: '8', timestamp: new Date(now).toISOString() },
      result: [
        { id: named.id, state: 'AUTH_FACTOR_STATE_READY', name: 'Laptop' },
        { id: second, state: 'AUTH_FACTOR_STATE_READY', name: 'My key' },
      ],
    });
    await remove(user, named.id);
    await remove(user, open.id);
    expect((await listPasskeys(tessera, user)).json.result).toEqual([expect.objectContaining({ id: second })]);
  });

  it.each<[string, Headers, readonly [number, number, string]]>([
    ['nobody', {}, [401, 16, 'auth header missing']],
    ['a member', END, NO_MEMBERSHIP],
    ['another organization', bearer(GLOBEX.adminPat), NO_MEMBERSHIP],
  ])('not to %s', async (_who, headers, refused) => {
    expectRefusal(await listPasskeys(tessera, user, headers), ...refused);
  });

  it('to a viewer and to oneself', async () => {
    expect((await listPasskeys(tessera, user, VIEWER)).status).toBe(200);
    expect((await listPasskeys(tessera, END_USER.id, END)).status).toBe(200);
  });

  it('of nobody and of a machine there are none', async () => {
    await plant(tessera, { id: 'machine-list', kind: 'machine' });
    for (const missing of ['unknown', 'machine-list']) {
      expectRefusal(await listPasskeys(tessera, missing), ...NO_USER);
    }
  });
});

it('what is finished under a challenge that the record lost meanwhile is refused', async () => {
  const { begun, finish } = credentialCalls(tessera, 'passkey');
  const { id, answerOf } = await begun(user);
  const before = await tessera.user(user);
  const [entry] = before.factors.passkeys;
  const other = { ...before.factors, passkeys: entry ? [{ ...entry, challenge: 'another digest' }] : [] };
  await write(tessera, { ...before, factors: other }, false);
  expectRefusal(await finish(user, id, answerOf()), ...INVALID);
});
