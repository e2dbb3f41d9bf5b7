import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UserEvent } from '../../../src/core/user/events.ts';
import { call, type RawAnswer } from '../../http/raw.ts';
import { type Client, type Member, required, startClient } from './support.ts';

let client: Client;
let member: Member;
let before: UserEvent[];
beforeAll(async () => {
  client = await startClient();
  member = await client.member();
});
afterAll(() => client.tessera.stop());
beforeEach(async () => {
  before = await client.tessera.events(member.id);
});
afterEach(async () => {
  expect(await client.tessera.events(member.id)).toEqual(before);
  expect((await client.get(member.id, member.key)).status).toBe(200);
});

const port = () => Number(new URL(client.tessera.url).port);
const headersOf = () => [`Brand-URL: ${client.brand}`, `Auth-Key: ${member.key}`];
const JSON_TYPE = 'Content-Type: application/json';

function expectRefusal(answer: RawAnswer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.json).toMatchObject({ success: false, statusCode: status, data: null, errors: [{ code }] });
}

const put = (body: string | Uint8Array, headers: readonly string[] = [JSON_TYPE]) =>
  call(port(), 'PUT', `/api/v1/users/${member.id}`, [...headersOf(), ...headers], body);
const withBio = (bio: string) => JSON.stringify(required(member)).replace('}', `,"bio":${bio}}`);

describe('bodies', () => {
  it.each([
    ['broken JSON', () => '{"username":'],
    ['nothing', () => ''],
    ['a list', () => '[]'],
    ['text', () => '"x"'],
    ['null', () => 'null'],
    ['a lone surrogate', () => withBio('"\\ud83d"')],
    ['a NUL', () => withBio('"a\\u0000b"')],
    [
      'invalid UTF-8',
      () => Buffer.concat([Buffer.from(withBio('"').replace('}', '')), Buffer.from([0xff, 0x22, 0x7d])]),
    ],
    ['a byte order mark', () => `\ufeff${withBio('"x"')}`],
    ['deep nesting', () => withBio(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)],
    ['a repeated member', () => withBio('"x","bio":"y"')],
    ['a repeated unknown member', () => withBio('"x","a":1,"a":2')],
    ['a number out of range', () => withBio('"x","a":1e999')],
  ])('%s', async (_name, body) => expectRefusal(await put(body()), 400, 'InvalidBody'));

  it('are not longer than one mebibyte', async () => {
    expectRefusal(await put(withBio(`"${'a'.repeat(2 * 1024 * 1024)}"`)), 413, 'RequestTooLarge');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'rubbish'])(
    'are not %s',
    async (type) => expectRefusal(await put(withBio('"x"'), [`Content-Type: ${type}`]), 415, 'UnsupportedMediaType'),
  );

  it('are not encoded', async () => {
    const answer = await put(withBio('"x"'), [JSON_TYPE, 'Content-Encoding: gzip']);
    expectRefusal(answer, 415, 'UnsupportedContentEncoding');
  });

  it.each(['__proto__', 'constructor', 'unknown', 'roles', 'isEmailAddressVerified', 'status', 'type'])(
    'may hold the member %s, which changes nothing',
    async (name) => {
      const body = JSON.stringify(required(member)).replace('}', `,"${name}":{"bio":"x","roles":["SUPER_ADMIN"]}}`);
      expect((await put(body)).status).toBe(200);
    },
  );
});

describe('headers', () => {
  it.each(['Brand-URL', 'BrandUrl', 'Auth-Key', 'AuthKey', 'Origin', 'Idempotency-Key', 'If-Match', 'Content-Type'])(
    '%s is not doubled',
    async (name) => {
      const value = name === 'Content-Type' ? 'application/json' : '"1"';
      const doubled = [`${name}: ${value}`, `${name}: ${value}`];
      const known = headersOf().filter((line) => !line.startsWith(`${name}:`));
      const answer = await call(port(), 'PUT', `/api/v1/users/${member.id}`, [...known, ...doubled], withBio('"x"'));
      expectRefusal(answer, 400, 'InvalidHeader');
    },
  );

  it('name a brand in well-formed text', async () => {
    for (const brand of ['a b', 'user:pass@acme.test', '\u00ff', 'http://', '*']) {
      const answer = await call(port(), 'GET', '/api/v1/users/me', [`Brand-URL: ${brand}`, `Auth-Key: ${member.key}`]);
      expectRefusal(answer, 404, 'BrandNotFound');
    }
  });
});

describe('paths', () => {
  it.each([
    ['a NUL', '/api/v1/users/a%00b', 'InvalidPath'],
    ['half an escape', '/api/v1/users/%E0%A4%A', 'InvalidPath'],
    ['a parameter of 201 characters', `/api/v1/users/${'a'.repeat(201)}`, 'InvalidPath'],
  ])('%s', async (_name, path, code) => expectRefusal(await call(port(), 'GET', path, headersOf()), 400, code));
});

describe('bodies of the other calls', () => {
  it.each(['/users/register', '/users/auth', '/users/auth/refresh-auth-key'])('POST %s', async (path) => {
    const post = (body: string) =>
      call(port(), 'POST', `/api/v1${path}`, [`Brand-URL: ${client.brand}`, JSON_TYPE], body);
    expectRefusal(await post('{'), 400, 'InvalidBody');
    expectRefusal(await post('[]'), 400, 'InvalidBody');
    for (const value of ['1', '[]', '{}', 'true']) {
      const body = `{"username":${value},"emailAddress":${value},"password":${value},"refreshAuthKey":${value}}`;
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.json)).toContain('must be a string');
    }
    const huge = '"'.padEnd(600_000, 'a');
    const long = await post(
      `{"username":${huge}","emailAddress":"a@b.ch","password":${huge}","refreshAuthKey":${huge}"}`,
    );
    expect(long.status).toBe(413);
  });

  it('refuses names and passwords that are far too long without a fault', async () => {
    const long = 'x'.repeat(100_000);
    const known = await client.signIn(member.username, long);
    expect(known.status).toBe(400);
    expect((await client.signIn(long, long)).json.errors[0].code).toBe(known.json.errors[0].code);
    expect((await client.signIn(long, 'short')).status).toBe(401);
    const refreshed = await client.call('POST', '/users/auth/refresh-auth-key', { body: { refreshAuthKey: long } });
    expect(refreshed.status).toBe(401);
    const registered = await client.register({ emailAddress: 'long@example.com', password: long });
    expect(registered.status).toBe(400);
  });
});
