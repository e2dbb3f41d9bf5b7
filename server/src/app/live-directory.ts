import type { Directory, Organization } from '../core/organization.ts';
import { loadDirectory, type OrganizationDirectory } from './directory.ts';
import type { Store } from './ports/store.ts';

/**
 * The organizations as this process knows them, whoever changed them last. Each question is answered by the current
 * directory; whoever asks several that must fit together takes `current` once.
 */
export class LiveDirectory implements Directory {
  readonly #store: Pick<Store, 'configuration' | 'state'>;
  #current: OrganizationDirectory;
  /** The latest load, and the one that has not begun yet. */
  #loading: Promise<void> = Promise.resolve();
  #nextLoad: Promise<void> | null = null;

  constructor(store: Pick<Store, 'configuration' | 'state'>, current: OrganizationDirectory) {
    this.#store = store;
    this.#current = current;
  }

  /** @throws StoreUnavailable */
  static async load(store: Pick<Store, 'configuration' | 'state'>): Promise<LiveDirectory> {
    return new LiveDirectory(store, await loadDirectory(store));
  }

  /** Never changes itself: it is replaced. */
  get current(): OrganizationDirectory {
    return this.#current;
  }

  get usernameScope(): Directory['usernameScope'] {
    return this.#current.usernameScope;
  }

  organization(id: string): Organization | undefined {
    return this.#current.organization(id);
  }

  domainOwner(domain: string): string | undefined {
    return this.#current.domainOwner(domain);
  }

  /**
   * Brings the directory to the configuration that the database has, which is no older than this call. Calls at the
   * same time share a load.
   *
   * @throws StoreUnavailable
   */
  refresh(): Promise<void> {
    // One that has begun may have read already what the caller knows to be outdated.
    if (this.#nextLoad !== null) return this.#nextLoad;
    const load = this.#loading.catch(ignore).then(() => this.#load());
    this.#nextLoad = load;
    this.#loading = load;
    return load;
  }

  /**
   * The directory as it is in the database at this call, whoever changed it; a look at its number when nobody did.
   *
   * @throws StoreUnavailable
   */
  async latest(): Promise<OrganizationDirectory> {
    const { revision } = await this.#store.state();
    if (revision > this.#current.revision) await this.refresh();
    return this.#current;
  }

  /**
   * An organization, also one that another process has just made.
   *
   * @throws StoreUnavailable
   */
  async find(id: string): Promise<Organization | undefined> {
    return this.organization(id) ?? (await this.latest()).organization(id);
  }

  /**
   * What follows from the directory, such as a look-up by something else than the id: built when it is first asked for,
   * and again only when the directory was replaced.
   */
  derived<T>(build: (directory: OrganizationDirectory) => T): () => T {
    let latest: { readonly from: OrganizationDirectory; readonly value: T } | undefined;
    return () => {
      if (latest?.from !== this.#current) latest = { from: this.#current, value: build(this.#current) };
      return latest.value;
    };
  }

  async #load(): Promise<void> {
    this.#nextLoad = null;
    const loaded = await loadDirectory(this.#store);
    // The same revision keeps its directory, and with it all that was derived.
    if (loaded.revision > this.#current.revision) this.#current = loaded;
  }
}

function ignore(): void {}
