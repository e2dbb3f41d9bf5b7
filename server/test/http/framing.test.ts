import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, open, parseAnswer, sendRaw } from './raw.ts';
import { startToy, type Toy } from './toy.ts';

let toy: Toy;
beforeAll(async () => {
  toy = await startToy({ limits: { headersTimeoutMs: 300, requestTimeoutMs: 600, timeoutCheckMs: 50 } });
});
afterAll(() => toy.app.close());

const CANARY = 'GET /api/v1/users/canary HTTP/1.1\r\nHost: test\r\n\r\n';
const post = (headers: string[], body: string): string =>
  `${['POST /api/v1/echo HTTP/1.1', 'Host: test', 'Content-Type: application/json', ...headers].join('\r\n')}\r\n\r\n${body}`;

describe('ambiguous framing', () => {
  it.each([
    ['a length and chunks', post(['Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${CANARY}`)],
    ['chunks and a length', post(['Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${CANARY}`)],
    ['two lengths', post(['Content-Length: 2', 'Content-Length: 60'], `{}${CANARY}`)],
    ['two equal lengths', post(['Content-Length: 2', 'Content-Length: 2'], `{}${CANARY}`)],
    ['a list of lengths', post(['Content-Length: 2, 2'], `{}${CANARY}`)],
    ['a signed length', post(['Content-Length: +2'], `{}${CANARY}`)],
    ['identity after chunked', post(['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${CANARY}`)],
    ['an unknown coding', post(['Transfer-Encoding: xchunked'], `0\r\n\r\n${CANARY}`)],
    ['a space before the colon', post(['Content-Length : 2'], `{}${CANARY}`)],
    ['a bad chunk size', post(['Transfer-Encoding: chunked'], `zz\r\n\r\n${CANARY}`)],
    ['a bare line feed in a chunk', post(['Transfer-Encoding: chunked'], `2\n{}\n0\n\n${CANARY}`)],
    ['a bare carriage return', `GET /api/v1/users/1 HTTP/1.1\r\nHost: test\rX-A: b\r\n\r\n${CANARY}`],
    ['a NUL in a header', `GET /api/v1/users/1 HTTP/1.1\r\nHost: test\r\nX-A: a\0b\r\n\r\n${CANARY}`],
    ['no host', `GET /api/v1/users/1 HTTP/1.1\r\n\r\n${CANARY}`],
    ['junk', 'hello there\r\n\r\n'],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('given %s, when it arrives, then it is a bare 400 and nothing after it is served', async (_what, bytes) => {
    const text = await sendRaw(toy.port, bytes);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(text).not.toContain('canary');
  });

  it('given a folded header, when it arrives, then it is refused', async () => {
    const answer = await call(toy.port, 'GET', '/api/v1/users/1', ['X-Fold: a', ' Authorization: Bearer b']);
    expect(answer.status).toBe(400);
  });

  it.each(['abc', 'zz\r\n'])(
    'given the endless header or body %j, when time is up, then it is a bare 408',
    async (rest) => {
      const { socket, ended } = open(toy.port);
      socket.write(`POST /api/v1/echo HTTP/1.1\r\nHost: test\r\nX-A: ${rest}`);
      expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
    },
  );

  it('given a body that drips, when time is up, then the connection ends', async () => {
    const { socket, ended } = open(toy.port);
    socket.write(post(['Content-Length: 1000'], '{'));
    expect(parseAnswer(await ended).status).toBe(408);
    await expect.poll(() => toy.app.gateway.active).toBe(0);
  });
});

describe('headers', () => {
  it('given 17 KB of header, when it arrives, then it is a bare 431', async () => {
    expect((await call(toy.port, 'GET', '/api/v1/users/1', [`X-Long: ${'x'.repeat(17 * 1024)}`])).status).toBe(431);
  });

  it.each([
    [100, 200],
    [101, 431],
  ])('given %i fields, when they arrive, then the answer is %i', async (count, status) => {
    const headers = Array.from({ length: count - 2 }, (_, index) => `X-${index}: 1`);
    expect((await call(toy.port, 'GET', '/api/v1/users/1', headers)).status).toBe(status);
  });

  it.each([
    ['Authorization: Bearer a', 'authorization: Bearer b'],
    ['Idempotency-Key: a', 'Idempotency-Key: a'],
    ['If-Match: "1"', 'If-Match: "2"'],
    ['Content-Type: application/json', 'Content-Type: text/plain'],
    ['X-Brand: a', 'x-brand: b'],
    ['Host: a', 'X-Other: b'],
  ])('given %s and %s, when they arrive together, then they are refused', async (first, second) => {
    const answer = await call(toy.port, 'POST', '/api/v1/echo', [first, second], '{}');
    expect([answer.status, answer.json]).toMatchObject([400, { alpha: 'malformed_header' }]);
  });

  it.each(['nonsense', '200-maybe; q="1"', ''])(
    'given the expectation %j, when it arrives, then the request is served as if it had none',
    async (expectation) => {
      const answer = await call(
        toy.port,
        'POST',
        '/api/v1/echo',
        ['Content-Type: application/json', `Expect: ${expectation}`],
        '{"a":1}',
      );
      expect([answer.status, answer.json]).toEqual([200, { a: 1 }]);
    },
  );

  it('given an expectation and an unknown path, when they arrive, then the dialect refuses as always', async () => {
    const answer = await call(toy.port, 'GET', '/api/v1/nothing', ['Expect: nonsense']);
    expect([answer.status, answer.json]).toMatchObject([404, { alpha: 'route_not_found' }]);
  });

  it('given a request id of the caller, when it arrives, then it is not taken over', async () => {
    const answer = await call(toy.port, 'GET', '/api/v1/users/1', ['X-Request-Id: mine', 'Request-Id: mine']);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
