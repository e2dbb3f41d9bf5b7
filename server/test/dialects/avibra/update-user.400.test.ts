import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../http/raw.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { badBodies, NOT_TEXT } from './bad-bodies.ts';
import { type Client, clientOf, fresh, isErrorInfo, UPDATE } from './support.ts';

let t: Tessera;
let client: Client;
let userid: string;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
  userid = await client.create();
});
afterAll(() => t.stop());

const headersOf = (token: string): string[] => [
  `Authorization: Bearer ${token}`,
  'x-api-key: avibra-key',
  'Version: v2',
];

describe('a body that no call can have', () => {
  it.each(badBodies({ userid: 'ID', partnername: 'acme', firstname: 'Bad' }))(
    'given %s, when it is sent, then it is refused and nothing is written',
    async (_what, body, status) => {
      const before = await client.events(userid);
      const bytes = Buffer.from(Buffer.from(body).toString('latin1').replaceAll('ID', userid), 'latin1');
      const key = `Idempotency-Key: ${fresh()}`;
      const headers = [...headersOf(client.token), key, 'Content-Type: application/json'];
      const answer = await call(Number(new URL(t.url).port), 'POST', UPDATE, headers, bytes);
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.json).toEqual({ errorcode: expect.any(String), errormessage: expect.any(String) });
      expect(await client.events(userid)).toEqual(before);
      expect((await t.send('GET', '/readyz')).status).toBe(200);
    },
  );
});

describe('a value that a member cannot have', () => {
  const long = 'a'.repeat(101);
  it.each<[string, unknown, string]>([
    ...['userid', 'partnername', 'firstname', 'lastname', 'email', 'phone'].flatMap((name) =>
      NOT_TEXT.map((value): [string, unknown, string] => [name, value, `${name} is invalid.`]),
    ),
    ['userid', null, 'userid is invalid.'],
    ['partnername', null, 'partnername is invalid.'],
    ['userid', '', 'userid is invalid.'],
    ['partnername', '', 'partnername is invalid.'],
    ['userid', '😀'.repeat(201), 'userid is invalid.'],
    ['firstname', '   ', 'firstname is required.'],
    ['firstname', long, 'firstname is invalid.'],
    ['lastname', '😀'.repeat(101), 'lastname is invalid.'],
    ['email', 'jane', 'email must be an e-mail address.'],
    ['email', 'jane@mail', 'email must be an e-mail address.'],
    ['email', 'jane@@mail.test', 'email must be an e-mail address.'],
    ['email', 'jane@doe@mail.test', 'email must be an e-mail address.'],
    ['email', '@mail.test', 'email must be an e-mail address.'],
    ['email', ' jane@mail.test', 'email must be an e-mail address.'],
    ['email', 'Jane <jane@mail.test>', 'email must be an e-mail address.'],
    ['email', `${'a'.repeat(250)}@mail.test`, 'email must be an e-mail address.'],
    ['phone', '732642672', 'phone must be a US number of 10 digits.'],
    ['phone', '73264267220', 'phone must be a US number of 10 digits.'],
    ['phone', '17326426722', 'phone must be a US number of 10 digits.'],
    ['phone', '+41791234567', 'phone must be a US number of 10 digits.'],
    ['phone', '732.642.6722', 'phone must be a US number of 10 digits.'],
    ['phone', '732642672a', 'phone must be a US number of 10 digits.'],
    ['phone', '٧٣٢٦٤٢٦٧٢٢', 'phone must be a US number of 10 digits.'],
    ['phone', '  ', 'phone must be a US number of 10 digits.'],
  ])('given %s %j, when it is sent, then the call is refused and nothing is written', async (name, value, message) => {
    const before = await client.events(userid);
    const response = await client.update({ userid, firstname: 'Bad', [name]: value });
    expect(response.status).toBe(400);
    expect(response.json).toEqual({ errorcode: 'invalid_request', errormessage: message });
    expect(await client.events(userid)).toEqual(before);
  });

  it.each(['userid', 'partnername'])('given no %s, when it is sent, then the call is refused', async (name) => {
    const response = await client.update({ userid, firstname: 'Bad', [name]: undefined });
    expect(response.status).toBe(400);
    expect(response.json.errormessage).toBe(`${name} is required.`);
  });
});

describe('headers that a call cannot have', () => {
  it.each<[string, string[]]>([
    ['two authorizations', ['Authorization: Bearer other']],
    ['two versions', ['Version: v2']],
    ['two API keys', ['x-api-key: avibra-key']],
    ['two idempotency keys', ['Idempotency-Key: other']],
    ['two preconditions', ['If-Match: *', 'If-Match: *']],
    ['two media types', ['Content-Type: application/json']],
    ['a malformed precondition', ['If-Match: 3']],
    ['a content encoding', ['Content-Encoding: gzip']],
    ['a malformed query', []],
  ])('given %s, when they are sent, then the call is refused and nothing is written', async (what, more) => {
    const before = await client.events(userid);
    const key = `Idempotency-Key: ${fresh()}`;
    const headers = [...headersOf(client.token), key, 'Content-Type: application/json', ...more];
    const body = JSON.stringify({ userid, partnername: 'acme', firstname: 'Bad' });
    const path = what === 'a malformed query' ? `${UPDATE}?a=%f` : UPDATE;
    const answer = await call(Number(new URL(t.url).port), 'POST', path, headers, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ errorcode: 'invalid_request', errormessage: expect.any(String) });
    expect(await client.events(userid)).toEqual(before);
  });

  it.each([
    ['Version', { version: 'v3' }],
    ['Version', { version: 'V2' }],
    ['Version', { version: 'v1, v2' }],
    ['Idempotency-Key', { 'idempotency-key': 'a b' }],
    ['Idempotency-Key', { 'idempotency-key': 'k'.repeat(256) }],
    ['Content-Type', { 'content-type': 'text/plain' }],
    ['Content-Type', { 'content-type': 'application/json; charset=latin1' }],
  ])('given the %s of %j, when it is sent, then the call is refused', async (_name, headers) => {
    const before = await client.events(userid);
    const response = await client.update({ userid, firstname: 'Bad' }, headers);
    expect(response.status).toBe(400);
    expect(isErrorInfo(response)).toBe(true);
    expect(await client.events(userid)).toEqual(before);
  });
});
