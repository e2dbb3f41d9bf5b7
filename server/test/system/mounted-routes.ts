import { pino } from 'pino';
import type { Dialect } from '../../src/api/shared/route.ts';
import { Codes } from '../../src/app/codes.ts';
import { RateLimits } from '../../src/app/rate-limits.ts';
import { DEFAULT_RATE_LIMITS } from '../../src/core/values/rate-limits.ts';
import { createMachineKeys } from '../../src/crypto/machine-keys.ts';
import { createPasswordHasher } from '../../src/crypto/passwords/hasher.ts';
import { random } from '../../src/crypto/random.ts';
import { createSecrets } from '../../src/crypto/secrets.ts';
import { sessionKeys } from '../../src/crypto/session-keys.ts';
import { webAuthn } from '../../src/crypto/webauthn.ts';
import { buildDialects } from '../../src/server/dialects.ts';
import { COPIED, DERIVED } from '../../src/store/copy/tables.ts';
import type { DialectName } from '../support/clients.ts';
import { withRows } from '../support/rows.ts';
import { createWorld } from '../support/world.ts';

export interface MountedRoute {
  readonly dialect: DialectName;
  /** Method and path pattern, such as `PUT /api/users/:userId`. */
  readonly name: string;
  readonly mutates: boolean;
}

/** Every API, as a server mounts it. */
export function mountedDialects(): readonly Dialect[] {
  const { users, store } = createWorld();
  const secrets = createSecrets(Buffer.alloc(32, 7));
  return buildDialects({
    users,
    store,
    secrets,
    sessionKeys,
    random,
    machineKeys: createMachineKeys(),
    webAuthn,
    hasher: createPasswordHasher(),
    limits: new RateLimits(() => DEFAULT_RATE_LIMITS, Date.now),
    codes: new Codes(secrets, random, Date.now),
    nextId: () => '1',
    clock: Date.now,
    publicUrl: () => 'http://tessera.test',
    logger: pino({ level: 'silent' }),
    deferred: () => {
      throw new Error('nothing is deferred here');
    },
  }).dialects;
}

/**
 * Every route that a server mounts, as the dialects themselves list them. Those of the vendor's RPC protocols lead to
 * the same methods as its REST routes and have a suite of their own.
 */
export function mountedRoutes(): MountedRoute[] {
  return mountedDialects().flatMap(({ name, routes }) =>
    routes
      .filter(({ path }) => !path.startsWith('/zitadel.'))
      .map(({ method, path }) => ({
        dialect: name as DialectName,
        name: `${method} ${path}`,
        mutates: method !== 'GET',
      })),
  );
}

/** How many rows each table holds: a request that leaves a trace anywhere changes one of them. */
export function rowCounts({ database }: { readonly database: string }): Promise<Readonly<Record<string, number>>> {
  return withRows(database, async ({ query }) => {
    const counts = [...COPIED, ...DERIVED].map(({ name }) => `(SELECT count(*) FROM ${name}) AS ${name}`);
    const [row = {}] = await query(`SELECT ${counts.join(', ')}`);
    return row as Record<string, number>;
  });
}
