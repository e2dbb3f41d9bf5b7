import type { Directory, Organization, Policies } from '../core/organization.ts';
import type { RateLimitSettings } from '../core/values/rate-limits.ts';
import type { Configuration, Store } from './ports/store.ts';

type UsernameScope = Directory['usernameScope'];

/** Settings of the instance, as stored. */
export interface InstanceSettings {
  readonly usernameScope: UsernameScope;
  /** What the claims in the database were derived by. */
  readonly claims?: string;
  /** Those of organizations that are made through an API. */
  readonly policies?: Policies;
  readonly rateLimits?: RateLimitSettings;
  /** What dialects are told for the whole instance. */
  readonly sections?: Readonly<Record<string, unknown>>;
}

/** The organizations of the instance, in memory, as one revision of the configuration has them. */
export class OrganizationDirectory implements Directory {
  /** Number of that configuration in the database. */
  readonly revision: number;
  readonly instance: InstanceSettings;
  readonly #organizations: ReadonlyMap<string, Organization>;
  readonly #domains: ReadonlyMap<string, string>;

  constructor(organizations: readonly Organization[], instance: InstanceSettings, revision = 0) {
    this.revision = revision;
    this.instance = instance;
    this.#organizations = new Map(organizations.map((organization) => [organization.id, organization]));
    this.#domains = new Map(
      organizations.flatMap((organization) => organization.domains.map((domain) => [domain, organization.id] as const)),
    );
  }

  get usernameScope(): UsernameScope {
    return this.instance.usernameScope;
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

  /** What must be unique, as a text; without the organizations that have no rule of their own. */
  get uniqueness(): string {
    const rules = [...this.all()]
      .map(({ id, unique, userLoginMustBeDomain = false }) => [id, unique.email, unique.phone, userLoginMustBeDomain])
      .filter(([, ...rule]) => rule.includes(true));
    return JSON.stringify([this.usernameScope, rules.sort()]);
  }

  /** With one organization more, or in another form. */
  with(organization: Organization): OrganizationDirectory {
    const others = [...this.all()].filter(({ id }) => id !== organization.id);
    return new OrganizationDirectory([...others, organization], this.instance, this.revision);
  }
}

/** The organizations as the database has them now. @throws StoreUnavailable */
export async function loadDirectory(store: Pick<Store, 'configuration'>): Promise<OrganizationDirectory> {
  return directoryOf(await store.configuration());
}

function directoryOf({ organizations, instance, revision }: Configuration): OrganizationDirectory {
  return new OrganizationDirectory(
    organizations.map(({ settings }) => JSON.parse(settings) as Organization),
    instanceSettingsOf(instance),
    revision,
  );
}

export function instanceSettingsOf(stored: string | null): InstanceSettings {
  return stored === null ? { usernameScope: 'instance' } : (JSON.parse(stored) as InstanceSettings);
}
