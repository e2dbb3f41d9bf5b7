import { describe, expect, it } from 'vitest';
import { organization } from '../../test/support/given.ts';
import { LiveDirectory } from './live-directory.ts';
import { type Configuration, StoreUnavailable } from './ports/store.ts';

function configuration(revision: number, ...ids: readonly string[]): Configuration {
  const organizations = ids.map((id) => ({ id, settings: JSON.stringify(organization(id)) }));
  return { revision, organizations, instance: JSON.stringify({ usernameScope: 'organization' }) };
}

/** A database whose answers come when the test says so; each tells what was there when it was asked. */
function slowStore(first: Configuration) {
  const asked: { answer(): void; fail(error: Error): void }[] = [];
  return {
    now: first,
    asked,
    async state() {
      return { revision: this.now.revision, schemaFits: true };
    },
    configuration(): Promise<Configuration> {
      const { promise, resolve, reject } = Promise.withResolvers<Configuration>();
      const found = this.now;
      asked.push({ answer: () => resolve(found), fail: reject });
      return promise;
    },
  };
}

/** A directory that was loaded from a database which answers at once. */
async function loaded(first: Configuration) {
  const store = {
    now: first,
    loads: 0,
    async configuration() {
      store.loads += 1;
      return store.now;
    },
    state: async () => ({ revision: store.now.revision, schemaFits: true }),
  };
  return { store, directory: await LiveDirectory.load(store) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the live directory', () => {
  it('given another configuration, when it is refreshed, then it answers by that one', async () => {
    const { store, directory } = await loaded(configuration(1, 'a'));
    expect([directory.organization('b'), directory.domainOwner('b.test')]).toEqual([undefined, undefined]);
    store.now = configuration(2, 'a', 'b');
    expect(directory.current.revision).toBe(1);
    await directory.refresh();
    expect(directory.current.revision).toBe(2);
    expect([directory.organization('b')?.name, directory.domainOwner('b.test')]).toEqual(['b', 'b']);
    expect(directory.usernameScope).toBe('organization');
  });

  it('given a database without settings, then user names are unique in the whole instance', async () => {
    const { directory } = await loaded({ revision: 0, organizations: [], instance: null });
    expect(directory.usernameScope).toBe('instance');
  });

  it('given an answer that is older, then it keeps what it has', async () => {
    const { store, directory } = await loaded(configuration(5, 'a'));
    const { current } = directory;
    for (const revision of [4, 5]) {
      store.now = configuration(revision, 'b');
      await directory.refresh();
      expect(directory.current).toBe(current);
    }
  });

  it('given nothing new, when the latest is asked for, then only its number is looked at', async () => {
    const { store, directory } = await loaded(configuration(1, 'a'));
    expect((await directory.latest()).revision).toBe(1);
    expect((await directory.find('a'))?.name).toBe('a');
    expect(store.loads).toBe(1);
    store.now = configuration(2, 'a', 'b');
    expect((await directory.find('b'))?.name).toBe('b');
    expect((await directory.latest()).revision).toBe(2);
    expect(await directory.find('c')).toBeUndefined();
    expect(store.loads).toBe(2);
  });

  it('given many calls at the same moment, then they share one load', async () => {
    const store = slowStore(configuration(1));
    const directory = new LiveDirectory(store, (await loaded(configuration(0))).directory.current);
    const calls = [directory.refresh(), directory.refresh(), directory.refresh()];
    await turn();
    expect(store.asked).toHaveLength(1);
    store.asked[0]?.answer();
    await Promise.all(calls);
    expect(directory.current.revision).toBe(1);
  });

  it('given a load that has begun, when another is asked for, then that one sees what changed since', async () => {
    const store = slowStore(configuration(1));
    const directory = new LiveDirectory(store, (await loaded(configuration(0))).directory.current);
    const first = directory.refresh();
    await turn();
    store.now = configuration(2);
    const later = [directory.refresh(), directory.refresh()];
    await turn();
    expect(store.asked).toHaveLength(1);
    store.asked[0]?.answer();
    await first;
    expect(directory.current.revision).toBe(1);
    await turn();
    store.asked[1]?.answer();
    await Promise.all(later);
    expect(directory.current.revision).toBe(2);
    expect(store.asked).toHaveLength(2);
  });

  it('given a database that is away, then the call fails, and the next one loads again', async () => {
    const store = slowStore(configuration(1));
    const directory = new LiveDirectory(store, (await loaded(configuration(0))).directory.current);
    const failing = directory.refresh();
    await turn();
    const next = directory.refresh();
    store.asked[0]?.fail(new StoreUnavailable('away', null));
    await expect(failing).rejects.toThrow(StoreUnavailable);
    await turn();
    store.asked[1]?.answer();
    await next;
    expect(directory.current.revision).toBe(1);
  });
});

describe('what is derived from the directory', () => {
  it('is built when it is asked for, and again only when the revision has changed', async () => {
    const { store, directory } = await loaded(configuration(1, 'a'));
    let builds = 0;
    const names = directory.derived((current) => {
      builds += 1;
      return [...current.all()].map(({ name }) => name);
    });
    expect(builds).toBe(0);
    expect([names(), names()]).toEqual([['a'], ['a']]);
    await directory.refresh();
    expect(names()).toBe(names());
    expect(builds).toBe(1);
    store.now = configuration(2, 'a', 'b');
    await directory.refresh();
    expect([names(), names()]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(builds).toBe(2);
  });
});
