import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type RawAnswer } from '../../http/raw.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, traceOf } from './support.ts';

let t: Tessera;
let client: Client;
let id: string;
let port: number;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
  id = (await client.create()).id;
  port = Number(new URL(t.url).port);
});
afterAll(() => t.stop());

const JSON_TYPE = 'Content-Type: application/json';
const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

/** Sends bytes as they are to each call that takes a body; nothing may be written, and the server must live. */
async function everywhere(body: string | Buffer, headers: string[] = [JSON_TYPE]): Promise<RawAnswer[]> {
  const before = await traceOf(t, id);
  const all = [`Authorization: ${client.headers.authorization}`, ...headers];
  const answers = [
    await call(port, 'PUT', `/api/users/${id}`, all, body),
    await call(port, 'POST', '/api/users', all, body),
    await call(port, 'POST', '/api/users/with-policy', all, body),
    await call(port, 'PUT', `/api/users/${id}/update-policy`, all, body),
    await call(port, 'POST', '/api/auth/token', all, body),
  ];
  expect(await traceOf(t, id)).toEqual(before);
  expect((await client.get(id)).status).toBe(200);
  return answers;
}

function expectShape(answers: RawAnswer[], status: number): void {
  for (const answer of answers) {
    expect([answer.status, answer.json]).toEqual([
      status,
      { error_code: 'ERROR_INVALID_PARAMETERS', error_message: expect.any(String) },
    ]);
  }
}

describe('bodies', () => {
  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['broken JSON', '{"firstName":'],
    ['text after JSON', '{} {}'],
    ['a byte order mark', bytes([0xef, 0xbb, 0xbf], '{}')],
    ['invalid UTF-8', bytes('{"firstName":"', [0xc3, 0x28], '"}')],
    ['UTF-16', Buffer.from('{"firstName":"X"}', 'utf16le')],
    ['a lone surrogate', '{"firstName":"\\ud800"}'],
    ['a surrogate in a member name', '{"firstName":"X","\\udc00":1}'],
    ['NUL', '{"firstName":"a\\u0000b"}'],
    ['NUL in an unknown member', '{"firstName":"X","other":"\\u0000"}'],
    ['a repeated member', '{"firstName":"A","firstName":"B"}'],
    ['a repeated member in other spelling', '{"firstName":"A","first\\u004eame":"B"}'],
    ['deep nesting', `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`],
    ['very deep nesting', '['.repeat(100_000)],
    ['a number out of range', '{"firstName":"X","other":1e999}'],
    ['null', 'null'],
    ['an array', '[{"firstName":"X"}]'],
    ['a text', '"x"'],
    ['a number', '1'],
  ])('refuses %s', async (_name, body) => {
    expectShape(await everywhere(body), 400);
  });

  it('refuses 2 MB', async () => {
    expectShape(await everywhere(`{"customField1":"${'x'.repeat(2_000_000)}"}`), 413);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'nonsense'])(
    'refuses the media type %s',
    async (type) => {
      expectShape(await everywhere('{"firstName":"X"}', [`Content-Type: ${type}`]), 415);
    },
  );

  it('refuses an encoded body', async () => {
    expectShape(await everywhere('{"firstName":"X"}', [JSON_TYPE, 'Content-Encoding: gzip']), 415);
  });

  it('pollutes no prototype', async () => {
    const body = '{"__proto__":{"firstName":"evil","fraud":true},"constructor":{"prototype":{"x":1}}}';
    const before = await traceOf(t, id);
    const headers = [`Authorization: ${client.headers.authorization}`, JSON_TYPE];
    const answer = await call(port, 'PUT', `/api/users/${id}`, headers, body);
    expect(answer.status).toBe(200);
    expect(await traceOf(t, id)).toEqual(before);
    expect(({} as { firstName?: string }).firstName).toBeUndefined();
  });

  it('takes a body without a media type, and one with parameters', async () => {
    const authorization = `Authorization: ${client.headers.authorization}`;
    for (const headers of [[authorization], [authorization, 'Content-Type: Application/JSON; charset="UTF-8"']]) {
      expect((await call(port, 'PUT', `/api/users/${id}`, headers, '{}')).status).toBe(200);
    }
  });
});

describe('headers', () => {
  it.each([
    ['Authorization: Bearer x', 'Authorization: Bearer y'],
    ['Content-Type: application/json', 'Content-Type: application/json'],
    ['Idempotency-Key: a', 'idempotency-key: b'],
    ['If-Match: "1"', 'If-Match: "2"'],
    ['partnerId: acme', 'PARTNERID: globex'],
    ['clientId: a', 'clientId: b'],
    ['clientSecret: a', 'clientSecret: b'],
  ])('refuses %s twice', async (...headers) => {
    const before = await traceOf(t, id);
    const answer = await call(port, 'PUT', `/api/users/${id}`, headers, '{"firstName":"X"}');
    expectShape([answer], 400);
    expect(await traceOf(t, id)).toEqual(before);
  });
});
