import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../src/app/ports/store.ts';
import { readOptions } from '../../src/config/options.ts';
import { startServer } from '../../src/server/server.ts';

/**
 * The negative control of the kill loop: a server that acknowledges before it commits. Started like the real one.
 */
function acknowledgingEarly(store: Store): Store {
  const broken: Store = Object.create(store);
  let last: Promise<unknown> = Promise.resolve();
  broken.commit = async (wants, decide) => {
    // Decided against the database as it is now, which later writes may find changed: broken in the usual way.
    const decided = Promise.withResolvers<void>();
    last = last
      .catch(() => {})
      .then(async () => {
        await store.commit(wants, (snapshot) => {
          const changes = decide(snapshot);
          decided.resolve();
          if (changes === null) return null;
          return { ...changes, users: [], events: [], claimsRemoved: new Map(), claimsAdded: new Map(), answers: [] };
        });
        await sleep(25);
        await store.commit(wants, decide);
      });
    last.catch(() => decided.resolve());
    await decided.promise;
  };
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(store))) {
    const method = Reflect.get(store, name);
    if (name !== 'commit' && name !== 'constructor' && typeof method === 'function') {
      Reflect.set(broken, name, method.bind(store));
    }
  }
  return broken;
}

const server = await startServer(
  readOptions(process.argv.slice(2), process.env),
  { stdout: process.stdout, env: process.env },
  { onStore: acknowledgingEarly },
);
process.stdout.write(`tessera listening on ${server.url}\n`);
process.on('SIGTERM', () => void server.close('SIGTERM').then(() => process.exit(0)));
