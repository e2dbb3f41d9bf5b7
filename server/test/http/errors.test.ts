import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Handler, Route } from '../../src/api/shared/dialect.ts';
import { DomainError } from '../../src/core/errors.ts';
import { call } from './raw.ts';
import { startToy, type Toy } from './toy.ts';

const SECRET = 'SELECT password FROM users /srv/tessera/data';
const throwing =
  (thrown: unknown): Handler =>
  () => {
    throw thrown;
  };
const answering =
  (answer: Answer): Handler =>
  () =>
    answer;

const handlers: Record<string, Handler> = {
  sync: throwing(new Error(SECRET)),
  async: () => Promise.reject(new TypeError(SECRET)),
  value: throwing({ SECRET }),
  undefined: throwing(undefined),
  domain: throwing(new DomainError('user_not_found')),
  caused: throwing(new DomainError('store_unavailable', { cause: new Error(SECRET) })),
  header: answering({ status: 200, headers: { 'x-bad': 'a\r\nSet-Cookie: x=1' }, body: SECRET }),
  status: answering({ status: 99, body: SECRET }),
  nothing: () => undefined as unknown as Answer,
  later: () => Promise.resolve(undefined as unknown as Answer),
};
const routes: Route[] = Object.entries(handlers).map(([name, handler]) => ({
  method: 'GET',
  path: `/api/v1/fail/${name}`,
  handler,
}));

let toy: Toy;
beforeAll(async () => {
  toy = await startToy({ routes });
});
afterAll(() => toy.app.close());

const linesOf = (id: string | undefined) => toy.log.filter((line) => line.requestId === id);

describe('handlers that fail', () => {
  it.each(['sync', 'async', 'value', 'undefined', 'header', 'status', 'nothing', 'later'])(
    'given a handler with an unexpected fault (%s), when it is called, then only its id leaves and the log has the cause once',
    async (name) => {
      const answer = await call(toy.port, 'GET', `/api/v1/fail/${name}`);
      const id = answer.headers['x-request-id'];
      expect(answer.status).toBe(500);
      expect(answer.json).toEqual({ alpha: 'internal', id });
      expect(JSON.stringify(answer)).not.toContain('SELECT');
      expect(answer.headers).not.toHaveProperty('set-cookie');
      expect(linesOf(id).map((line) => line.level)).toEqual(['error', 'info']);
    },
  );

  it('given an unexpected error, when it is logged, then its message and stack are in the log', async () => {
    const answer = await call(toy.port, 'GET', '/api/v1/fail/sync');
    expect(linesOf(answer.headers['x-request-id'])[0]).toMatchObject({
      err: { type: 'Error', message: SECRET, stack: expect.stringContaining('errors.test.ts') },
    });
  });

  it('given a refusal, when it is thrown, then the dialect renders it and no error is logged', async () => {
    const answer = await call(toy.port, 'GET', '/api/v1/fail/domain');
    expect(answer.json).toMatchObject({ alpha: 'user_not_found' });
    expect(linesOf(answer.headers['x-request-id']).map((line) => line.level)).toEqual(['info']);
  });

  it('given a refusal with a cause, when it is thrown, then the cause is in the log and not in the answer', async () => {
    const answer = await call(toy.port, 'GET', '/api/v1/fail/caused');
    expect([answer.status, JSON.stringify(answer).includes('SELECT')]).toEqual([503, false]);
    expect(JSON.stringify(linesOf(answer.headers['x-request-id']))).toContain(SECRET);
  });

  it('given all of these, when they are over, then no request is left counted', () => {
    expect(toy.app.gateway.active).toBe(0);
  });
});

describe('the access log', () => {
  it('given personal data in a request, when it is answered, then its line names the pattern and nothing of it', async () => {
    const headers = ['Authorization: Bearer canary-token', 'X-Any: canary-header'];
    const answer = await call(toy.port, 'PUT', '/api/v1/users/canary-id?q=canary-query', headers, '"canary-body"');
    const lines = linesOf(answer.headers['x-request-id']);
    expect(lines).toMatchObject([
      { dialect: 'alpha', route: '/api/v1/users/:id', method: 'PUT', status: 200, ms: expect.any(Number) },
    ]);
    await call(toy.port, 'GET', '/api/v1/canary-path');
    expect(toy.log.at(-1)).toMatchObject({ dialect: 'alpha', route: '(unmatched)', status: 404 });
    expect(JSON.stringify(toy.log)).not.toContain('canary');
  });
});

describe('headers of every answer', () => {
  it.each(['/api/v1/users/1', '/api/v1/nothing', '/api/v1/fail/sync', '/oauth/x', '/nobody', '/healthz', '/%zz'])(
    'given %s, when it is answered, then it is not cached, not sniffed, and has its own id',
    async (path) => {
      const { headers } = await call(toy.port, 'GET', path);
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(headers['x-robots-tag']).toBe(path === '/oauth/x' ? 'none' : undefined);
    },
  );
});
