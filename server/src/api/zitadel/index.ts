import type { Dialect } from '../shared/route.ts';

export function zitadel(_services: object): Dialect {
  return { name: 'zitadel', prefixes: ['/__zitadel'], routes: [], renderError: () => ({ status: 500, body: '' }) };
}
