import type { Directory, Organization } from '../core/organization.ts';

/** The organizations of the instance, in memory, as one revision of the configuration has them. */
export class OrganizationDirectory implements Directory {
  /** Number of that configuration in the database. */
  readonly revision: number;
  readonly usernameScope: 'instance' | 'organization';
  readonly #organizations: ReadonlyMap<string, Organization>;
  readonly #domains: ReadonlyMap<string, string>;

  constructor(organizations: readonly Organization[], usernameScope: 'instance' | 'organization', revision = 0) {
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
