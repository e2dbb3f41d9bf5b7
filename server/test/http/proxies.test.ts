import { afterEach, describe, expect, it } from 'vitest';
import type { Route } from '../../src/api/shared/dialect.ts';
import { call } from './raw.ts';
import { startToy, type Toy } from './toy.ts';

const address: Route = {
  method: 'GET',
  path: '/api/v1/address',
  handler: (request) => ({ status: 200, body: JSON.stringify(request.ip) }),
};

let toy: Toy;
afterEach(() => toy.app.close());

describe('the address of a caller', () => {
  it.each([
    [[], '127.0.0.1'],
    [['10.0.0.0/8'], '127.0.0.1'],
    [['127.0.0.1'], '198.51.100.7'],
    [['127.0.0.0/8', '198.51.100.7'], '203.0.113.9'],
  ])(
    'given the trusted proxies %j, when a forwarded request comes, then its address is %s',
    async (trustedProxies, ip) => {
      toy = await startToy({ routes: [address], trustedProxies });
      const headers = ['X-Forwarded-For: 203.0.113.9, 198.51.100.7'];
      expect((await call(toy.port, 'GET', '/api/v1/address', headers)).json).toBe(ip);
    },
  );
});
