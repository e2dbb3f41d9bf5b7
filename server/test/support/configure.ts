import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Store } from '../../src/app/ports/store.ts';
import { readOptions } from '../../src/config/options.ts';
import type { Organization } from '../../src/core/organization.ts';
import { startServer } from '../../src/server/server.ts';
import { engine } from './engine.ts';
import type { TestSetup } from './setup.ts';
import { send, type Tessera } from './tessera.ts';

/** An organization as stored, to be changed; the sections are the dialects' own. */
export type StoredOrganization = { -readonly [K in keyof Organization]: Organization[K] } & {
  // biome-ignore lint/suspicious/noExplicitAny: tests change sections of every shape
  sections: Record<string, any>;
};

/** Changes the settings of an organization in the database, as another process does; under another id it is a new one. */
export async function reconfigure(
  store: Store,
  id: string,
  change: (organization: StoredOrganization) => void,
): Promise<void> {
  const { organizations } = await store.configuration();
  const stored = organizations.find((row) => row.id === id);
  if (stored === undefined) throw new Error(`there is no organization ${id}`);
  const organization = JSON.parse(stored.settings) as StoredOrganization;
  change(organization);
  await store.configure({ organizations: [{ id: organization.id, settings: JSON.stringify(organization) }] });
}

/** A store whose server hears of no change unless it writes: every look says that nothing has happened. */
export function deaf(store: Store): Store {
  return withMembers(store, { state: async () => ({ revision: 0, schemaFits: true }) });
}

/**
 * Another server on the database of the first, started with a setup of its own. Where only one may have the database
 * open, it is lent the first one's store.
 */
export async function startBeside(first: Tessera, setup: TestSetup): Promise<Pick<Tessera, 'send' | 'stop'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-beside-'));
  const path = join(dataDir, 'setup.json');
  writeFileSync(path, JSON.stringify(setup));
  copyFileSync(join(first.dataDir, 'instance.key'), join(dataDir, 'instance.key'));
  const args = ['--port', '0', '--data', dataDir, '--setup', path];
  const shared = engine() === 'postgres';
  const server = await startServer(
    readOptions(shared ? [...args, '--database', first.database] : args, {}),
    { stdout: { write: () => true }, env: {} },
    {
      logger: pino({ level: 'silent' }),
      onStore: (own) => (shared ? own : withMembers(first.store, { close: () => own.close() })),
    },
  );
  return {
    send: (method, to, request = {}) => send(`${server.url}${to}`, method, request),
    async stop() {
      await server.close('test');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function withMembers(store: Store, members: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(name in members ? members : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
