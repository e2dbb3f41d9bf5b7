import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watcher } from './watcher.ts';

let watcher: Watcher | undefined;
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await watcher?.stop();
  vi.useRealTimers();
});

/** A watcher of a database whose state the test sets, and what it has done and said. */
function watch(ask?: () => Promise<unknown>) {
  const database = { revision: 1, schemaFits: true, away: false };
  const current = { revision: 1 };
  const done = { looks: 0, refreshes: 0, logged: [] as string[], unfit: [] as string[] };
  const log = (level: string) => (_details: object, text?: string) => void done.logged.push(`${level}: ${text}`);
  watcher = new Watcher({
    store: {
      async state() {
        done.looks += 1;
        await ask?.();
        if (database.away) throw new Error('away');
        return database;
      },
    },
    directory: {
      current: current as never,
      refresh: async () => {
        done.refreshes += 1;
        current.revision = database.revision;
      },
    },
    logger: { info: log('info'), warn: log('warn'), error: log('error') } as never,
    onUnfit: (sentence) => void done.unfit.push(sentence),
  });
  return { database, done };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

describe('the watcher', () => {
  it('given another revision, then the directory is refreshed within a second, and once', async () => {
    const { database, done } = watch();
    await seconds(5);
    expect([done.refreshes, done.logged]).toEqual([0, []]);
    database.revision = 2;
    await seconds(1);
    expect(done.refreshes).toBe(1);
    await seconds(5);
    expect([done.refreshes, done.logged]).toEqual([1, ['info: the configuration has changed']]);
  });

  it('given a revision that is older, then nothing is refreshed', async () => {
    const { database, done } = watch();
    database.revision = 0;
    await seconds(5);
    expect(done.refreshes).toBe(0);
  });

  it('given a database that is away, then it says so once, follows again, and says so', async () => {
    const { database, done } = watch();
    database.away = true;
    await seconds(10);
    const failures = ['warn: changes by other processes cannot be followed'];
    expect(done.logged).toEqual(failures);
    expect(done.looks).toBeGreaterThan(10);
    Object.assign(database, { away: false, revision: 2 });
    await seconds(1);
    expect(done.refreshes).toBe(1);
    expect(done.logged.slice(1)).toEqual([
      'info: the configuration has changed',
      'info: changes by other processes are followed again',
    ]);
    database.away = true;
    await seconds(5);
    expect(done.logged.slice(3)).toEqual(failures);
  });

  it('given a database that answers slowly, then it is asked by one look at a time', async () => {
    let waiting = 0;
    let most = 0;
    const { done } = watch(async () => {
      waiting += 1;
      most = Math.max(most, waiting);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      waiting -= 1;
    });
    await seconds(14);
    expect([most, done.looks]).toEqual([1, 4]);
    const stopping = watcher?.stop();
    await seconds(3);
    await stopping;
  });

  it('given tables of another version, then it tells so once, and looks no more', async () => {
    const { database, done } = watch();
    database.schemaFits = false;
    await seconds(5);
    expect(done.unfit).toEqual([expect.stringContaining('migrated by another version of Tessera')]);
    expect(done.logged).toEqual([`error: ${done.unfit[0]}`]);
    expect(done.looks).toBe(1);
  });

  it('given a stop, then it waits for the look under way, and begins no other', async () => {
    const answer = Promise.withResolvers<void>();
    const { done } = watch(() => answer.promise);
    await seconds(1);
    let stopped = false;
    const stopping = watcher?.stop().then(() => {
      stopped = true;
    });
    await seconds(1);
    expect(stopped).toBe(false);
    answer.resolve();
    await stopping;
    await seconds(5);
    expect(done.looks).toBe(1);
  });
});
