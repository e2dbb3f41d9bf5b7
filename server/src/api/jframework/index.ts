import type { Dialect } from '../shared/route.ts';

export function jframework(_services: object): Dialect {
  return { name: 'jframework', prefixes: ['/__jframework'], routes: [], renderError: () => ({ status: 500, body: '' }) };
}
