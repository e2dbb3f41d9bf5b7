import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, open, parseAnswer, postJson, sendRaw } from './raw.ts';
import { startToy, type Toy } from './toy.ts';

let toy: Toy;
beforeAll(async () => {
  toy = await startToy();
});
afterAll(() => toy.app.close());

describe('JSON bodies', () => {
  it('given a body, when it is posted, then the handler reads it', async () => {
    const { status, json } = await postJson(toy.port, '/api/v1/echo', '{"a":["ä",1.5,null]}');
    expect([status, json]).toEqual([200, { a: ['ä', 1.5, null] }]);
  });

  it.each([
    ['broken JSON', '{"a":'],
    ['repeated names', '{"a":1,"a":2}'],
    ['half a surrogate pair', '{"a":"\\ud800"}'],
    ['an escaped NUL', '{"a":"\\u0000"}'],
    ['a raw NUL', '{"a":"\0"}'],
    ['invalid UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22])],
    ['a byte order mark', '\uFEFF{}'],
    ['a depth of 100,000', '['.repeat(100_000)],
    ['a number out of range', '[1e400]'],
    ['white space only', ' \n'],
  ])('given %s, when it is posted, then it is malformed in the shape of the dialect', async (_what, body) => {
    const answer = await postJson(toy.port, '/api/v1/echo', body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ alpha: 'malformed_body', id: answer.headers['x-request-id'] });
  });

  it.each([
    ['no body at all', undefined],
    ['an empty body', ''],
  ])('given %s, when it is posted, then the handler decides', async (_what, body) => {
    const { status, json } = await call(toy.port, 'POST', '/api/v1/echo', ['Content-Type: application/json'], body);
    expect([status, json]).toEqual([200, null]);
  });

  it('given a prototype in a body, when it is posted, then it is data and nothing else', async () => {
    const text = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}';
    const { body } = await postJson(toy.port, '/api/v1/echo', text);
    expect(body).toBe(text);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });
});

describe('media types', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'given %s, when it is posted, then it is read',
    async (type) => {
      expect((await call(toy.port, 'POST', '/api/v1/echo', [`Content-Type: ${type}`], '{}')).status).toBe(200);
    },
  );

  it('given no media type, when JSON is posted, then it is read', async () => {
    expect((await call(toy.port, 'POST', '/api/v1/echo', [], '{}')).status).toBe(200);
  });

  it.each(['text/plain', 'application/json; charset=latin1', 'application/x-www-form-urlencoded', 'nonsense', ';'])(
    'given %s, when it is posted, then it is refused',
    async (type) => {
      const answer = await call(toy.port, 'POST', '/api/v1/echo', [`Content-Type: ${type}`], '{}');
      expect([answer.status, answer.json]).toMatchObject([415, { alpha: 'unsupported_media_type' }]);
    },
  );

  it('given a route that ignores its body, when anything is posted, then it passes', async () => {
    const headers = ['Content-Type: nonsense', 'Content-Encoding: gzip'];
    const answer = await call(toy.port, 'POST', '/api/v1/any', headers, 'abc');
    expect([answer.status, answer.json]).toEqual([200, 3]);
  });

  it.each(['gzip', 'deflate', 'br', 'identity, gzip', ''])(
    'given the encoding %j, when a body is posted, then it is refused',
    async (encoding) => {
      const headers = ['Content-Type: application/json', `Content-Encoding: ${encoding}`];
      const answer = await call(toy.port, 'POST', '/api/v1/echo', headers, gzipSync('{}'));
      expect([answer.status, answer.json]).toMatchObject([415, { alpha: 'content_encoding' }]);
    },
  );

  it('given a form, when it is posted, then all values are read and faults have the shape of that dialect', async () => {
    const form = ['Content-Type: application/x-www-form-urlencoded'];
    const read = await call(toy.port, 'POST', '/oauth/token', form, 'a=1&a=2&b=%C3%A4');
    expect([read.status, read.json]).toEqual([200, { a: ['1', '2'], b: ['ä'] }]);
    for (const body of ['a=%', Buffer.from([0x61, 0x3d, 0xff])]) {
      const answer = await call(toy.port, 'POST', '/oauth/token', form, body);
      expect([answer.status, answer.body]).toEqual([400, 'beta malformed_body']);
    }
    expect((await postJson(toy.port, '/oauth/token', '{}')).body).toBe('beta unsupported_media_type');
  });
});

describe('body sizes', () => {
  const json = 'Content-Type: application/json';

  it('given 1 MiB exactly, when it is posted, then it is read', async () => {
    expect((await postJson(toy.port, '/api/v1/echo', `"${'x'.repeat(1024 * 1024 - 2)}"`)).status).toBe(200);
  });

  it('given 2 MB with a length, when it is posted, then it is refused whole', async () => {
    const answer = await postJson(toy.port, '/api/v1/echo', `"${'x'.repeat(2_000_000)}"`);
    expect([answer.status, answer.json]).toMatchObject([413, { alpha: 'body_too_large' }]);
  });

  it('given 1 GB announced, when nothing of it has been sent, then it is refused and the connection ends', async () => {
    const head = ['POST /api/v1/echo HTTP/1.1', 'Host: test', json, 'Content-Length: 1000000000', '', ''];
    const answer = parseAnswer(await sendRaw(toy.port, head.join('\r\n')));
    expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
  });

  it('given an endless chunked body, when it passes the limit, then it is refused without reading on', async () => {
    const { socket, ended } = open(toy.port);
    socket.write(`POST /api/v1/echo HTTP/1.1\r\nHost: test\r\n${json}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const drip = setInterval(() => socket.writable && socket.write(chunk.repeat(8)), 1);
    const answer = parseAnswer(await ended);
    clearInterval(drip);
    expect([answer.status, answer.json]).toMatchObject([413, { alpha: 'body_too_large' }]);
  });

  it('given a client that waits for 100 Continue, when its body is too long, then it is never asked for it', async () => {
    const head = ['POST /api/v1/echo HTTP/1.1', 'Host: test', json, 'Expect: 100-continue', 'Content-Length: 2000000'];
    const text = await sendRaw(toy.port, `${head.join('\r\n')}\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('given a refused request with a short body, when another follows, then the connection still serves', async () => {
    const first = 'POST /api/v1/none HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc';
    const second = 'GET /api/v1/users/7 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n';
    const text = await sendRaw(toy.port, first, second);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it('given a client that leaves in the middle of its body, when that is noticed, then no request is left counted', async () => {
    const { socket, ended } = open(toy.port);
    socket.write(`POST /api/v1/echo HTTP/1.1\r\nHost: test\r\n${json}\r\nContent-Length: 10\r\n\r\nabc`);
    await expect.poll(() => toy.app.gateway.active).toBe(1);
    socket.destroy();
    await ended;
    await expect.poll(() => toy.app.gateway.active).toBe(0);
  });
});
