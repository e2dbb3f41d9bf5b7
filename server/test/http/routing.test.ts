import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mountDialect } from '../../src/api/shared/dialect.ts';
import { createLogger } from '../../src/logger.ts';
import { createHttpServer } from '../../src/server/http.ts';
import { call, postJson, sendRaw } from './raw.ts';
import { alpha, startToy, type Toy } from './toy.ts';

let toy: Toy;
beforeAll(async () => {
  toy = await startToy();
});
afterAll(() => toy.app.close());

describe('paths', () => {
  it.each([
    ['a', 'a'],
    ['%C3%A4', 'ä'],
    ['a%2Fb', 'a/b'],
    ['a%252Fb', 'a%2Fb'],
    ['a;b', 'a;b'],
    ['..', '..'],
    ['%2e%2e', '..'],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['%F0%9F%99%82'.repeat(200), '🙂'.repeat(200)],
    ['%2F'.repeat(200), '/'.repeat(200)],
  ])('given the id %s, when its user is read, then the parameter is decoded once', async (id, decoded) => {
    const answer = await call(toy.port, 'GET', `/api/v1/users/${id}`);
    expect([answer.status, answer.json]).toEqual([200, decoded]);
  });

  it.each(['%', '%zz', '%ff', '%ED%A0%80', 'a%00', 'x'.repeat(201), '%F0%9F%99%82'.repeat(201), 'x'.repeat(9000)])(
    'given the id %s, when its user is read, then the path is malformed in the shape of the dialect',
    async (id) => {
      const answer = await call(toy.port, 'GET', `/api/v1/users/${id}`);
      expect([answer.status, answer.json]).toMatchObject([400, { alpha: 'malformed_path' }]);
    },
  );

  it.each([
    ['/api/v1', 'alpha'],
    ['/api/v1/nothing', 'alpha'],
    ['/api/v1/users/', 'alpha'],
    ['/api/v1/users/1/', 'alpha'],
    ['/api/v1//users/1', 'alpha'],
    ['/api/v1/users/1/../2', 'alpha'],
    ['/api/v1/users%2F1', 'alpha'],
    ['/API/v1/users/1', 'none'],
    ['/proto.Service/Get', 'alpha'],
    ['/api/v10/users/1', 'beta'],
    ['/api', 'beta'],
    ['/oauth/other', 'beta'],
    ['//api/v1/users/1', 'none'],
    ['/', 'none'],
    ['/%zz', 'none'],
    ['*', 'none'],
  ])('given the unknown path %s, when it is called, then %s answers 4xx', async (path, owner) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await call(toy.port, method, path);
      expect([400, 404]).toContain(answer.status);
      const shape = answer.body.startsWith('{"alpha"') ? 'alpha' : answer.body.startsWith('beta ') ? 'beta' : 'none';
      expect([method, shape]).toEqual([method, owner]);
    }
  });

  it('given a path that nobody owns, when it is called, then the answer is plain JSON', async () => {
    const answer = await call(toy.port, 'GET', '/nobody');
    expect([answer.status, answer.body]).toEqual([404, '{"error":"not_found"}']);
    expect(answer.headers['content-type']).toBe('application/json');
  });

  it('given an unknown path and a broken body, when it is posted, then the path is what counts', async () => {
    expect((await postJson(toy.port, '/api/v1/nothing', '{')).status).toBe(404);
  });

  it('given an absolute target, when it is called, then its path counts and its host does not', async () => {
    const answer = await call(toy.port, 'GET', 'http://evil.test/api/v1/users/1');
    expect([answer.status, answer.json]).toEqual([200, '1']);
  });

  it('given repeated names in a query, when it is read, then all values are there', async () => {
    const answer = await call(toy.port, 'GET', '/api/v1/query?keys=a&keys=b%20c&__proto__=1');
    expect(answer.body).toBe('{"keys":["a","b c"],"__proto__":["1"]}');
    const broken = await call(toy.port, 'GET', '/api/v1/query?keys=%ff');
    expect([broken.status, broken.json]).toMatchObject([400, { alpha: 'malformed_query' }]);
  });
});

describe('methods', () => {
  it.each(['POST', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])(
    'given a path that does not know %s, when it is called, then the methods it knows are named',
    async (method) => {
      const answer = await call(toy.port, method, '/api/v1/users/1');
      expect([answer.status, answer.json]).toMatchObject([405, { alpha: 'method_not_allowed' }]);
      expect(answer.headers.allow).toBe('GET, HEAD, PUT');
    },
  );

  it('given HEAD, when a known path is asked, then the answer is that of GET without its body', async () => {
    const get = await call(toy.port, 'GET', '/api/v1/users/1');
    const head = await call(toy.port, 'HEAD', '/api/v1/users/1');
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect((await call(toy.port, 'HEAD', '/api/v1/echo')).status).toBe(405);
  });

  it('given OPTIONS, when a known path is asked, then the dialect answers it if it wants to', async () => {
    const answer = await call(toy.port, 'OPTIONS', '/api/v1/users/1');
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([204, '*']);
    const other = await call(toy.port, 'OPTIONS', '/oauth/token');
    expect([other.status, other.headers.allow, other.body]).toEqual([405, 'POST', 'beta method_not_allowed']);
  });

  it('given CONNECT, when it is tried, then the connection ends without an answer', async () => {
    expect(await sendRaw(toy.port, 'CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n')).toBe('');
  });
});

describe('mounting', () => {
  const server = () =>
    createHttpServer({ logger: createLogger({ level: 'silent' }, { write() {} }), trustedProxies: [] });

  it('given a route outside the prefixes, when the server starts, then it does not', async () => {
    const app = server();
    mountDialect(app, { ...alpha(), prefixes: ['/other'] });
    await expect(app.ready()).rejects.toThrow('alpha does not own its route /api/v1/echo');
  });

  it('given two dialects with one route, when the second is mounted, then it is refused', () => {
    const app = server();
    mountDialect(app, alpha());
    expect(() => mountDialect(app, { ...alpha(), name: 'gamma' })).toThrow(/already declared/);
  });
});
