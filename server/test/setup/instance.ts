import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Store } from '../../src/app/ports/store.ts';
import { readOptions } from '../../src/config/options.ts';
import { type StartedServer, startServer } from '../../src/server/server.ts';
import { type FreshDatabase, freshDatabase } from '../support/engine.ts';
import type { TestSetup } from '../support/setup.ts';

/** A data folder on which servers are started one after the other, some of them in vain. */
export class Instance {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'tessera-setup-'));
  /** What the last start wrote to standard output. */
  output = '';
  #server: StartedServer | undefined;
  #store: Store | undefined;
  #database: FreshDatabase | undefined;

  /** URL of the database, once something was started on it. */
  get database(): string {
    if (this.#database === undefined) throw new Error('nothing was started yet');
    return this.#database.url;
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error('the server is not running');
    return this.#store;
  }

  /** Starts with a setup file, or without one. Stops whatever runs first. */
  async start(setup: TestSetup | null, onStore: (store: Store) => Store = (store) => store): Promise<void> {
    await this.close();
    this.#database ??= await freshDatabase(this.dataDir);
    const { args: databaseArgs, env } = this.#database;
    const args = ['--port', '0', '--data', this.dataDir, ...databaseArgs];
    if (setup !== null) {
      const path = join(this.dataDir, 'test-setup.json');
      writeFileSync(path, JSON.stringify(setup));
      args.push('--setup', path);
    }
    this.output = '';
    const stdout = {
      write: (text: string) => {
        this.output += text;
      },
    };
    let store: Store | undefined;
    const parts = {
      logger: pino({ level: 'silent' }),
      onStore: (opened: Store) => {
        store = onStore(opened);
        return store;
      },
    };
    this.#server = await startServer(readOptions(args, env), { stdout, env: {} }, parts);
    this.#store = store;
  }

  /** Why a start was refused. */
  async refusal(setup: TestSetup | null): Promise<string> {
    try {
      await this.start(setup);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    throw new Error('it started');
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#store = undefined;
    await server?.close('test');
  }

  async destroy(): Promise<void> {
    await this.close();
    await this.#database?.drop();
    rmSync(this.dataDir, { recursive: true });
  }
}
