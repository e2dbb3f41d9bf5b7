import { type Store, StoreUnavailable } from '../server/src/app/ports/store.ts';
import { readOptions } from '../server/src/config/options.ts';
import { startServer } from '../server/src/server/server.ts';
import { listCases } from './list-queries.ts';

/**
 * A server that, between one `SIGUSR2` and the next, also makes lists of all kinds, as many at once as told, as its
 * dialects would ask for.
 *
 * Usage: `node bench/list-server.ts USERS AT_ONCE [options of tessera serve]`; prints its address.
 */
const [users = '0', atOnce = '1', ...args] = process.argv.slice(2);
const cases = listCases(Number(users));
const opened: Store[] = [];
let isListing = false;
let count = 0;
/** Lists that were made since they were last begun. */
let made = 0;

async function list(store: Store): Promise<void> {
  while (isListing) {
    count += 1;
    try {
      await store.list((cases[count % cases.length] as (typeof cases)[number]).query(count));
      made += 1;
    } catch (error) {
      // On a machine that is busy otherwise a list may take too long; what counts here is what it does to updates.
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
}

const onStore = (store: Store): Store => {
  opened.push(store);
  return store;
};
const server = await startServer(readOptions(args, {}), { stdout: { write: () => {} }, env: {} }, { onStore });
process.on('SIGUSR2', () => {
  if (isListing && made === 0) throw new Error('no list was made beside the updates');
  isListing = !isListing;
  made = 0;
  for (let n = 0; n < Number(atOnce); n += 1) for (const store of opened) void list(store);
});
process.on('SIGTERM', () => {
  isListing = false;
  void server.close('SIGTERM').then(() => process.exit(0));
});
process.stdout.write(`tessera listening on ${server.url}\n`);
