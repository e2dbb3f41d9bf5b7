import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isStored } from '../../support/at-rest.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  END,
  END_USER,
  expectRefusal,
  MANAGE,
  messagesTo,
  newPerson,
  update,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

let id = '';
let keys = 0;
let key = '';
beforeEach(async () => {
  id = await addUser(tessera);
  keys += 1;
  key = `key-${keys}`;
});

const keyed = (headers = ADMIN) => ({ ...headers, 'idempotency-key': key });
const named = (givenName: string) => ({ profile: { givenName, familyName: 'F' } });

it('a repeated call gets the first answer and changes nothing', async () => {
  const first = await update(tessera, id, named('Once'), keyed());
  await update(tessera, id, named('Between'));
  const again = await update(tessera, id, named('Once'), keyed());
  expect(again.status).toBe(200);
  expect(again.text).toBe(first.text);
  expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  expect((await tessera.user(id)).profile.givenName).toBe('Between');
});

it('members in another order and a quoted key are the same request', async () => {
  await update(tessera, id, { username: 'ordered', ...named('A') }, keyed());
  const again = await update(
    tessera,
    id,
    { ...named('A'), username: 'ordered' },
    { ...ADMIN, 'idempotency-key': `"${key}"` },
  );
  expect(again.headers.get('idempotent-replayed')).toBe('true');
});

it.each<[string, (id: string) => [string, unknown]]>([
  ['another body', (id) => [id, named('Other')]],
  ['another user', () => [END_USER.id, named('Once')]],
])('the same key with %s: 400', async (_what, request) => {
  await update(tessera, id, named('Once'), keyed());
  const [target, body] = request(id);
  const message = 'The Idempotency-Key was used with another request';
  expectRefusal(await update(tessera, target, body, keyed()), 400, 3, message);
});

it('keys of different callers do not meet', async () => {
  await update(tessera, id, named('Mine'), keyed());
  const theirs = await update(tessera, id, named('Theirs'), keyed(MANAGE));
  expect(theirs.headers.get('idempotent-replayed')).toBeNull();
  expect((await tessera.user(id)).profile.givenName).toBe('Theirs');
});

it('a refusal is decided anew', async () => {
  const other = await addUser(tessera, { username: 'in.the.way' });
  expect((await update(tessera, id, { username: 'in.the.way' }, keyed())).status).toBe(409);
  await tessera.send('DELETE', `/v2/users/${other}`, { headers: ADMIN });
  expect((await update(tessera, id, { username: 'in.the.way' }, keyed())).status).toBe(200);
});

it('a replay comes before the precondition', async () => {
  const headers = { ...keyed(), 'if-match': '"1"' };
  await update(tessera, id, named('Once'), headers);
  expect((await update(tessera, id, named('Once'), headers)).status).toBe(200);
});

it('a replay asks for permission again', async () => {
  await update(tessera, END_USER.id, named('Self'), keyed(END));
  await tessera.send('DELETE', `/v2/users/${END_USER.id}`, { headers: ADMIN });
  expect((await update(tessera, END_USER.id, named('Self'), keyed(END))).status).toBe(401);
});

it('duplicates at the same moment have one effect', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => update(tessera, id, named('Storm'), keyed())));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect((await tessera.events(id)).length).toBe(2);
});

describe('a replay holds the same code, which is nowhere in the database in clear', () => {
  const RETURNED = { returnCode: {} };
  it.each<[string, string, 'PUT' | 'POST', () => string, () => object]>([
    ['update', 'emailCode', 'PUT', () => `/v2/users/human/${id}`, () => ({ email: { ...address(), ...RETURNED } })],
    ['update', 'phoneCode', 'PUT', () => `/v2/users/human/${id}`, () => ({ phone: { ...number(), ...RETURNED } })],
    ['create', 'emailCode', 'POST', () => '/v2/users/human', () => newPerson({ email: { ...address(), ...RETURNED } })],
    ['create', 'phoneCode', 'POST', () => '/v2/users/human', () => newPerson({ phone: { ...number(), ...RETURNED } })],
    ['reset', 'verificationCode', 'POST', () => `/v2/users/${id}/password_reset`, () => RETURNED],
  ])('%s, %s', async (_what, member, method, path, request) => {
    const call = { headers: keyed(), body: request() };
    const first = await tessera.send(method, path(), call);
    expect(first.json[member], first.text).toMatch(/^[A-Z0-9]{6}$/);
    const again = await tessera.send(method, path(), call);
    expect(again.text).toBe(first.text);
    expect(await isStored(tessera.database, first.json.userId ?? id)).toBe(true);
    expect(await isStored(tessera.database, first.json[member])).toBe(false);
  });

  const address = () => ({ email: `code.${keys}@mouse.test` });
  const number = () => ({ phone: `+4179${2_000_000 + keys}` });
});

it.each(['email', 'phone'] as const)('%s is verified once', async (kind) => {
  const contact = kind === 'email' ? { email: `once.${keys}@mouse.test` } : { phone: `+4179${3_000_000 + keys}` };
  const { json } = await update(tessera, id, { [kind]: { ...contact, returnCode: {} } });
  const call = { headers: keyed(), body: { verificationCode: json[`${kind}Code`] } };
  const first = await tessera.send('POST', `/v2/users/${id}/${kind}/verify`, call);
  const again = await tessera.send('POST', `/v2/users/${id}/${kind}/verify`, call);
  expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
});

it('a password change with its proof can be repeated', async () => {
  await update(tessera, id, { password: { password: { password: 'Secr3tP4ssw0rd!' } } });
  const body = { password: { password: { password: 'N3wP4ssword!' }, currentPassword: 'Secr3tP4ssw0rd!' } };
  const first = await update(tessera, id, body, keyed());
  const again = await update(tessera, id, body, keyed());
  expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
  expect((await tessera.user(id)).password.failedAttempts).toBe(0);
});

it.each([
  ['create', 'POST', () => '/v2/users/human', newPerson({ email: { email: 'idem@mouse.test' } })],
  ['password reset', 'POST', () => `/v2/users/${id}/password_reset`, {}],
  ['delete', 'DELETE', () => `/v2/users/${id}`, undefined],
])('%s is executed once', async (_what, method, path, body) => {
  const first = await tessera.send(method, path(), { headers: keyed(), body });
  const again = await tessera.send(method, path(), { headers: keyed(), body });
  expect(first.status, first.text).toBe(200);
  expect(again.text).toBe(first.text);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  if (method === 'POST') expect(await messagesTo(tessera, first.json.userId ?? id)).toHaveLength(1);
});
