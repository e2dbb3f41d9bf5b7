import type { Directory, Organization } from '../core/organization.ts';

/** The organizations of the instance, in memory; they change only with the settings. */
export class OrganizationDirectory implements Directory {
  readonly usernameScope: 'instance' | 'organization';
  readonly #organizations: ReadonlyMap<string, Organization>;
  readonly #domains: ReadonlyMap<string, string>;

  constructor(organizations: readonly Organization[], usernameScope: 'instance' | 'organization') {
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
