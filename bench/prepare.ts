import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDirectory, type OrganizationDirectory } from '../server/src/app/directory.ts';
import { Executor, type ExecutorOptions } from '../server/src/app/executor.ts';
import type { Store } from '../server/src/app/ports/store.ts';
import type { CommandSubmission } from '../server/src/app/submission.ts';
import { tokenDigest } from '../server/src/crypto/secrets.ts';
import { sessionKeys } from '../server/src/crypto/session-keys.ts';
import { ACME, testSetup } from '../server/test/support/setup.ts';
import { type BenchDatabase, sqliteDatabase } from './databases.ts';
import { run } from './processes.ts';

const DAYS = 24 * 60 * 60 * 1000;
const BATCH = 1_000;

/** A data folder with users in it, as a server left it. */
export interface Prepared {
  readonly dataDir: string;
  readonly setupPath: string;
  readonly userIds: readonly string[];
  /** Options that name the database. */
  readonly database: readonly string[];
  /** Sign-in key of a brand administrator. */
  readonly authKey: string;
}

/** Makes a data folder, and a database with `count` users of one organization, written through the executor. */
export async function prepare(
  dataDir: string,
  count: number,
  database: BenchDatabase = sqliteDatabase(dataDir),
): Promise<Prepared> {
  mkdirSync(dataDir, { recursive: true });
  const setupPath = join(dataDir, 'bench-setup.json');
  writeFileSync(setupPath, JSON.stringify(testSetup()));
  const options = ['--port', '0', '--data', dataDir, '--setup', setupPath, ...database.args];
  const server = await run(['server/bin/tessera.js', 'serve', ...options]);
  await server.stop();

  const store = await database.open();
  const directory = await loadDirectory(store);
  const userIds = await fill(store, directory, count);
  const authKey = await signIn(store, directory);
  await store.close();
  return { dataDir, setupPath, userIds, database: database.args, authKey };
}

export function executorOf(store: Store, directory: OrganizationDirectory, options: ExecutorOptions = {}): Executor {
  const same = (text: string): string => text;
  const secrets = { seal: same, open: same, secretDigest: same };
  return new Executor(store, () => ({ now: Date.now(), directory, secrets }), options);
}

/** An update of one custom field, as the system itself would do it. */
export function updateOf(id: string, value: string): CommandSubmission {
  return {
    type: 'command',
    caller: { kind: 'system' },
    dialect: 'bench',
    requestId: 'bench',
    target: { id },
    command: { type: 'update-user', extra: { customField1: value } },
    answer: () => ({ status: 200, body: null }),
  };
}

async function fill(store: Store, directory: OrganizationDirectory, count: number): Promise<string[]> {
  const executor = executorOf(store, directory);
  const ids: string[] = [];
  for (let from = 0; from < count; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => from + index);
    await Promise.all(
      batch.map((n) => {
        const id = String(500_000_000_000_000_000n + BigInt(n));
        ids.push(id);
        return executor.submit({
          type: 'command',
          caller: { kind: 'system' },
          dialect: 'bench',
          requestId: 'bench',
          target: { id },
          command: {
            type: 'create-user',
            userId: id,
            organizationId: ACME.id,
            kind: 'human',
            username: `user.${n}`,
            profile: { givenName: 'Minnie', familyName: `Mouse ${n}`, displayName: `Minnie Mouse ${n}` },
            email: { value: `user.${n}@acme.test` },
            phone: { value: `+1212${String(1_000_000 + n)}` },
            address: {
              line1: `${n} Main Street`,
              city: 'Springfield',
              state: 'IL',
              country: 'US',
              postalCode: '62701',
            },
            extra: { externalIds: { [ACME.avibra.partnerName]: `ext-${n}` } },
          },
          answer: () => ({ status: 200, body: null }),
        });
      }),
    );
  }
  return ids;
}

/** Gives the brand's administrator a session, so that the bench need not wait for a password check. */
async function signIn(store: Store, directory: OrganizationDirectory): Promise<string> {
  const admin = await store.userByClaim(`token:${tokenDigest(ACME.adminPat)}`);
  if (admin === null) throw new Error('the administrator is missing');
  const { session, authKey } = sessionKeys.start(admin.id, Date.now(), { key: DAYS, refresh: DAYS });
  await executorOf(store, directory).submit({
    type: 'command',
    caller: { kind: 'system' },
    dialect: 'bench',
    requestId: 'bench',
    target: { id: admin.id },
    command: {
      type: 'check-password',
      check: { against: admin.password.hash, ok: true },
      lockAfter: 0,
      session,
    },
    answer: () => ({ status: 200, body: null }),
  });
  return authKey;
}
