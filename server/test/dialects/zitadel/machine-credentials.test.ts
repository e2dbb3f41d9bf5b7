import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isStored } from '../../support/at-rest.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera, type TestResponse } from '../../support/tessera.ts';
import {
  addKey,
  addMachine,
  addPat,
  addSecret,
  claimsOf,
  grantByKey,
  grantBySecret,
  jwt,
  later,
} from './machine-support.ts';
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
  MANAGE,
  ROOT_AUTH,
  VIEWER,
  write,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

let id = '';
beforeEach(async () => {
  id = await addMachine(tessera);
});

type Send = (id: string, headers?: Headers, expirationDate?: string) => Promise<TestResponse>;
const send = (method: string, path: string, headers: Headers, body?: unknown) =>
  tessera.send(method, path, { headers, ...(body === undefined ? {} : { body }) });
const publicKey = Buffer.from(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }),
).toString('base64');

const addOne: Record<string, Send> = {
  AddSecret: (user, headers = ADMIN) => send('POST', `/v2/users/${user}/secret`, headers, {}),
  AddKey: (user, headers = ADMIN, expirationDate = later()) =>
    send('POST', `/v2/users/${user}/keys`, headers, { expirationDate, publicKey }),
  AddPersonalAccessToken: (user, headers = ADMIN, expirationDate = later()) =>
    send('POST', `/v2/users/${user}/pats`, headers, { expirationDate }),
};
const removeOne: Record<string, Send> = {
  RemoveSecret: async (user, headers = ADMIN) => send('DELETE', `/v2/users/${user}/secret`, headers),
  RemoveKey: async (user, headers = ADMIN) => {
    const [key] = (await tessera.store.user(user))?.credentials.keys ?? [];
    return send('DELETE', `/v2/users/${user}/keys/${key?.id ?? 'none'}`, headers);
  },
  RemovePersonalAccessToken: async (user, headers = ADMIN) => {
    const token = (await tessera.store.user(user))?.credentials.tokens.findLast((one) => one.id !== undefined);
    return send('DELETE', `/v2/users/${user}/pats/${token?.id ?? 'none'}`, headers);
  },
};
const ADDED = { AddSecret: 'user.secret_set', AddKey: 'user.key_added', AddPersonalAccessToken: 'user.token_added' };
const REMOVED = {
  RemoveSecret: 'user.secret_removed',
  RemoveKey: 'user.key_removed',
  RemovePersonalAccessToken: 'user.token_removed',
};

const NOT_FOUND = 'User could not be found (COMMAND-ugjs0upun6)';
const NO_MEMBERSHIP = 'membership not found (AUTHZ-cdgFk)';
const NO_PERMISSION = 'No matching permissions found (AUTH-AWfge)';

describe.each(Object.entries({ ...addOne, ...removeOne }))('%s', (name, call) => {
  const isRemoval = name.startsWith('Remove');

  it('is for those who may write the user, and the machine itself', async () => {
    const pat = bearer((await addPat(tessera, id)).token);
    const stranger = bearer((await addPat(tessera, await addMachine(tessera))).token);
    const prepare = async () => {
      if (isRemoval) for (const add of Object.values(addOne)) expect((await add(id)).status).toBe(200);
    };
    await prepare();
    await leavesNoTrace(tessera, id, async () => {
      expectRefusal(await call(id, {}), 401, 16, 'auth header missing');
      expectRefusal(await call(id, END), 404, 5, NO_MEMBERSHIP);
      expectRefusal(await call(id, stranger), 404, 5, NO_MEMBERSHIP);
      expectRefusal(await call(id, bearer(GLOBEX.adminPat)), 404, 5, NO_MEMBERSHIP);
      expectRefusal(await call(id, VIEWER), 403, 7, NO_PERMISSION);
    });
    for (const headers of [MANAGE, ADMIN, ROOT_AUTH]) {
      await prepare();
      const response = await call(id, headers);
      expect(response.status, response.text).toBe(200);
    }
    await prepare();
    expect((await call(id, pat)).status).toBe(200);
  });

  it('knows no other users than machines that are there', async () => {
    const person = await addUser(tessera);
    await leavesNoTrace(tessera, person, async () => {
      expectRefusal(await call(person), 404, 5, NOT_FOUND);
    });
    expectRefusal(await call('unknown'), 404, 5, NOT_FOUND);
    expectRefusal(await call('x'.repeat(200)), 404, 5, NOT_FOUND);
    expect((await call('x'.repeat(201))).status).toBe(400);
    await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
    expectRefusal(await call(id), 404, 5, NOT_FOUND);
  });

  it('appends its one event, and is held to If-Match', async () => {
    if (isRemoval) for (const add of Object.values(addOne)) await add(id);
    const { version } = await tessera.user(id);
    await leavesNoTrace(tessera, id, async () => {
      const stale = await call(id, { ...ADMIN, 'if-match': `"${version + 7}"` });
      expect({ status: stale.status, code: stale.json.code }).toEqual({ status: 412, code: 9 });
    });
    const response = await call(id, { ...ADMIN, 'if-match': `"${version}"` });
    expect(response.status, response.text).toBe(200);
    const event = (await tessera.events(id)).at(-1);
    expect(event?.type).toBe({ ...ADDED, ...REMOVED }[name]);
    const date = new Date(event?.at ?? 0).toISOString().replace('.000Z', 'Z');
    expect(response.json).toMatchObject(isRemoval ? { deletionDate: date } : { creationDate: date });
    expect(response.headers.get('etag')).toBe(`"${(await tessera.user(id)).version}"`);
    if (isRemoval) expect((await call(id)).status).toBeGreaterThanOrEqual(400);
  });

  it('repeated with its key, answers the same and does nothing more', async () => {
    if (isRemoval) for (const add of Object.values(addOne)) await add(id);
    const headers = { ...ADMIN, 'idempotency-key': `${name}-${id}` };
    const date = later();
    const paths = isRemoval ? await pathsOf(id) : null;
    const once = paths === null ? await call(id, headers, date) : await send('DELETE', paths[name] ?? '', headers);
    const events = await eventTypes(tessera, id);
    const twice = paths === null ? await call(id, headers, date) : await send('DELETE', paths[name] ?? '', headers);
    expect([once.status, twice.status]).toEqual([200, 200]);
    expect(twice.text).toBe(once.text);
    expect(twice.headers.get('idempotent-replayed')).toBe('true');
    expect(await eventTypes(tessera, id)).toEqual(events);
  });
});

async function pathsOf(user: string): Promise<Record<string, string>> {
  const { credentials } = await tessera.user(user);
  return {
    RemoveSecret: `/v2/users/${user}/secret`,
    RemoveKey: `/v2/users/${user}/keys/${credentials.keys[0]?.id}`,
    RemovePersonalAccessToken: `/v2/users/${user}/pats/${credentials.tokens.find((one) => one.id)?.id}`,
  };
}

describe('a personal access token', () => {
  it('works at once on every call, and ends when it is removed or its time is up', async () => {
    const { tokenId, token } = await addPat(tessera, id);
    const read = async () => (await tessera.send('GET', `/v2/users/${id}`, { headers: bearer(token) })).status;
    expect(await read()).toBe(200);
    expect(token).toMatch(/^tessera_pat_[0-9a-f]{64}$/);
    await tessera.send('DELETE', `/v2/users/${id}/pats/${tokenId}`, { headers: ADMIN });
    expect(await read()).toBe(401);
    const short = await addPat(tessera, id, later(1_200));
    const byShort = async () => (await tessera.send('GET', `/v2/users/${id}`, { headers: bearer(short.token) })).status;
    expect(await byShort()).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(await byShort()).toBe(401);
    for (const secret of [token, short.token]) expect(await isStored(tessera.database, secret)).toBe(false);
  });

  it('of the setup file is neither shown nor removed here', async () => {
    const { json } = await send('POST', '/v2/users/pats/search', ADMIN, {
      filters: [{ userIdFilter: { id: ACME.viewer.id } }],
    });
    expect(json.pagination).toEqual({ appliedLimit: '100' });
  });
});

describe('expiration dates', () => {
  it.each([['AddKey'], ['AddPersonalAccessToken']])('of %s are required, and lie ahead', async (name) => {
    const path = `/v2/users/${id}/${name === 'AddKey' ? 'keys' : 'pats'}`;
    const add = (body: object) => send('POST', path, ADMIN, name === 'AddKey' ? { publicKey, ...body } : body);
    await leavesNoTrace(tessera, id, async () => {
      const message = `invalid ${name}Request.ExpirationDate: value is required`;
      expectRefusal(await add({}), 400, 3, message);
      expectRefusal(await add({ expirationDate: later(-1_000) }), 400, 3, 'Expiration date is invalid');
      expect((await add({ expirationDate: 'tomorrow' })).status).toBe(400);
    });
    expect((await add({ expirationDate: '9999-12-31T23:59:59.999999999Z' })).status).toBe(200);
  });
});

describe('a key', () => {
  it('that is made here comes as the file that clients of the vendor read', async () => {
    const headers = { ...ADMIN, 'idempotency-key': `made-${id}` };
    const body = { expirationDate: later() };
    const response = await send('POST', `/v2/users/${id}/keys`, headers, body);
    expect(response.status, response.text).toBe(200);
    const file = JSON.parse(Buffer.from(response.json.keyContent, 'base64').toString());
    expect(file).toEqual({
      type: 'serviceaccount',
      keyId: response.json.keyId,
      key: expect.stringMatching(/^-----BEGIN RSA PRIVATE KEY-----\n/),
      userId: id,
    });
    const privateKey = createPrivateKey(file.key);
    const [stored] = (await tessera.user(id)).credentials.keys;
    expect(createPublicKey(stored?.publicKey ?? '').equals(createPublicKey(privateKey))).toBe(true);
    expect((await send('POST', `/v2/users/${id}/keys`, headers, body)).text).toBe(response.text);
    const line = String(file.key).split('\n')[2] ?? '';
    expect(line.length).toBe(64);
    expect(await isStored(tessera.database, line)).toBe(false);
    const assertion = jwt({ alg: 'RS256', kid: file.keyId }, claimsOf(tessera, file), privateKey);
    expect((await grantByKey(tessera, assertion)).status).toBe(200);
  });

  it('that is brought must be a public RSA key', async () => {
    const add = (text: string) =>
      send('POST', `/v2/users/${id}/keys`, ADMIN, {
        expirationDate: later(),
        publicKey: Buffer.from(text).toString('base64'),
      });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await leavesNoTrace(tessera, id, async () => {
      for (const text of ['x', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()]) {
        expectRefusal(await add(text), 400, 3, 'Public key is invalid');
      }
    });
    expect((await addKey(tessera, id)).keyId).toMatch(/^\d{18}$/);
    const { json } = (await addOne.AddKey?.(id)) ?? {};
    expect(json.keyContent).toBeUndefined();
  });

  it('and tokens are bounded in number', async () => {
    const { credentials, ...user } = await tessera.user(id);
    const one = (n: number) => ({ id: `k${n}`, createdAt: 1, expiresAt: Date.now() + 60_000 });
    const keys = Array.from({ length: 20 }, (_, n) => ({ ...one(n), publicKey: 'PEM' }));
    const tokens = Array.from({ length: 100 }, (_, n) => ({
      ...one(n),
      digest: `d${n}-${id}`,
      source: 'api' as const,
    }));
    await write(tessera, { ...user, credentials: { ...credentials, keys, tokens } }, false);
    const full = 'User has too many of these already';
    expectRefusal(await (addOne.AddKey?.(id) as Promise<TestResponse>), 400, 9, full);
    expectRefusal(await (addOne.AddPersonalAccessToken?.(id) as Promise<TestResponse>), 400, 9, full);
  });
});

describe('a secret', () => {
  it('is shown once, kept as a digest, and replaced by the next one', async () => {
    const first = await addSecret(tessera, id);
    const second = await addSecret(tessera, id);
    expect(first).toMatch(/^tessera_secret_[0-9a-f]{64}$/);
    for (const secret of [first, second]) expect(await isStored(tessera.database, secret)).toBe(false);
    expect((await grantBySecret(tessera, id, first)).status).toBe(401);
    expect((await grantBySecret(tessera, id, second)).status).toBe(200);
  });

  it('that is not there cannot be removed, nor can other keys and tokens', async () => {
    await leavesNoTrace(tessera, id, async () => {
      expectRefusal(await (removeOne.RemoveSecret?.(id) as Promise<TestResponse>), 400, 9, 'User has no secret');
      expectRefusal(await (removeOne.RemoveKey?.(id) as Promise<TestResponse>), 404, 5, 'Machine key not found');
      const pat = removeOne.RemovePersonalAccessToken?.(id) as Promise<TestResponse>;
      expectRefusal(await pat, 404, 5, 'Personal Access Token not found');
      const other = await addPat(tessera, await addMachine(tessera));
      const foreign = await send('DELETE', `/v2/users/${id}/pats/${other.tokenId}`, ADMIN);
      expectRefusal(foreign, 404, 5, 'Personal Access Token not found');
    });
  });
});

it('a person has no key, secret or token to be added, not even to itself', async () => {
  for (const add of Object.values(addOne)) expectRefusal(await add(END_USER.id, END), 404, 5, NOT_FOUND);
});
