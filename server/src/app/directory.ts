import type { Directory, Organization } from '../core/organization.ts';
import type { Configuration, Store } from './ports/store.ts';

type UsernameScope = Directory['usernameScope'];

/** Settings of the instance, as stored. */
export interface InstanceSettings {
  readonly usernameScope: UsernameScope;
  /** What the claims in the database were derived by. */
  readonly claims?: string;
}

/** The organizations of the instance, in memory, as one revision of the configuration has them. */
export class OrganizationDirectory implements Directory {
  /** Number of that configuration in the database. */
  readonly revision: number;
  readonly usernameScope: UsernameScope;
  readonly #organizations: ReadonlyMap<string, Organization>;
  readonly #domains: ReadonlyMap<string, string>;

  constructor(organizations: readonly Organization[], usernameScope: UsernameScope, revision = 0) {
    this.revision = revision;
    this.usernameScope = usernameScope;
    this.#organizations = new Map(organizations.map((organization) => [organization.id, organization]));
    this.#domains = new Map(
      organizations.flatMap((organization) => organization.domains.map((domain) => [domain, organization.id] as const)),
    );
  }

  organization(id: string): Organization | undefined {
    return this.#organizations.get(id);
  }

  domainOwner(domain: string): string | undefined {
    return this.#domains.get(domain);
  }

  all(): Iterable<Organization> {
    return this.#organizations.values();
  }
}

/** The organizations as the database has them now. @throws StoreUnavailable */
export async function loadDirectory(store: Pick<Store, 'configuration'>): Promise<OrganizationDirectory> {
  return directoryOf(await store.configuration());
}

function directoryOf({ organizations, instance, revision }: Configuration): OrganizationDirectory {
  return new OrganizationDirectory(
    organizations.map(({ settings }) => JSON.parse(settings) as Organization),
    instanceSettingsOf(instance).usernameScope,
    revision,
  );
}

export function instanceSettingsOf(stored: string | null): InstanceSettings {
  return stored === null ? { usernameScope: 'instance' } : (JSON.parse(stored) as InstanceSettings);
}
