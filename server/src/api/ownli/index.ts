import type { Dialect } from '../shared/route.ts';

export function ownli(_services: object): Dialect {
  return { name: 'ownli', prefixes: ['/__ownli'], routes: [], renderError: () => ({ status: 500, body: '' }) };
}
