import { type Actor, authorizeFounding, organizationsWith } from '../access/policy.ts';
import { DomainError } from '../core/errors.ts';
import { DEFAULT_POLICIES, type Founding, type Organization } from '../core/organization.ts';
import { CLAIM_TAKEN, kindOfClaim } from '../core/user/claims.ts';
import { caselessForm } from '../core/values/case-fold.ts';
import { ANSWER_LIFETIME, keyed } from './answers.ts';
import { type Caller, callerName } from './callers.ts';
import { ConfigurationChanges } from './configuration-changes.ts';
import type { OrganizationDirectory } from './directory.ts';
import type { Clock } from './ports/clock.ts';
import type { Secrets } from './ports/secrets.ts';
import type { ConfigurationChange, Store } from './ports/store.ts';
import type { FoundSubmission, Receipt, SubmissionBase } from './submission.ts';
import { answered, type Users } from './users.ts';

/** An organization as an API asks for it. */
export interface NewOrganization extends SubmissionBase {
  readonly id: string;
  readonly name: string;
  /** Dialects that are switched on for it. */
  readonly sections: Organization['sections'];
  readonly ifMatch: FoundSubmission['ifMatch'];
  /** Its first members, and what is answered; asked again with another id where a repetition takes up an earlier call. */
  readonly draft: (organization: Organization) => Promise<Drafted>;
}

type Drafted = Pick<FoundSubmission, 'members' | 'answer'>;

export interface OrganizationsOptions {
  readonly store: Pick<Store, 'configure' | 'userByClaim'>;
  readonly users: Users;
  readonly secrets: Pick<Secrets, 'secretDigest'>;
  readonly clock: Clock;
}

/** Organizations that are made and listed through an API. */
export class Organizations {
  readonly #options: OrganizationsOptions;
  readonly #changes = new ConfigurationChanges();

  constructor(options: OrganizationsOptions) {
    this.#options = options;
  }

  /**
   * Asks for the right to make organizations.
   *
   * @throws DomainError `unauthenticated`, `no_permission`
   */
  async checkFounding(caller: Caller): Promise<void> {
    authorizeFounding(await this.#options.users.actor(caller));
  }

  /**
   * Makes an organization and its first members. First all of it is decided without being written; then the
   * organization is written; then the members, all of them or none, with the answer to the idempotency key. What comes
   * between, such as another user that takes a name, or the end of the process, leaves an organization without members:
   * the same key takes it up.
   *
   * @throws DomainError `organization_exists`, `key_reused`, `overloaded`, and what refuses a member
   */
  async add(wanted: NewOrganization): Promise<Receipt> {
    await this.checkFounding(wanted.caller);
    return this.#changes.make(() => this.#add(wanted));
  }

  /**
   * The organizations that the caller may know of: those whose users it may read, and its own.
   *
   * @param section dialect that must be switched on in them
   * @throws DomainError `unauthenticated`, `store_unavailable`
   */
  async visible(caller: Caller, section: string): Promise<Organization[]> {
    const { users } = this.#options;
    const directory = await answered(users.directory.latest());
    const actor = await users.actor(caller);
    return [...directory.all()].filter(({ id, sections }) => sections[section] !== undefined && sees(actor, id));
  }

  /** @returns `null` when another process has changed the configuration meanwhile */
  async #add(wanted: NewOrganization): Promise<Receipt | null> {
    const { store, users, clock } = this.#options;
    const directory = await answered(users.directory.latest());
    const begun = this.#begun(wanted, directory, clock());
    if (begun !== undefined) return this.#submit(begun, wanted, await wanted.draft(begun), false);
    refuseTaken(wanted, directory);

    const organization = this.#organizationOf(wanted, directory);
    const drafted = await wanted.draft(organization);
    const rehearsed = await this.#submit(organization, wanted, drafted, true);
    if (rehearsed.replayed) return rehearsed;
    await this.#refuseHeld(rehearsed.claims ?? []);
    const clashes = await answered(store.configure(changeOf(directory, organization)));
    if (clashes === null) return null;
    // What is looked up by the organization, now and by the next call, must find it here too.
    await answered(users.directory.refresh());
    return this.#submit(organization, wanted, drafted, false);
  }

  /** What an earlier call with the same key has made. @throws DomainError `key_reused` */
  #begun({ idempotency }: NewOrganization, directory: OrganizationDirectory, now: number): Organization | undefined {
    if (idempotency === undefined) return undefined;
    const found = [...directory.all()].find(
      ({ history }) => history?.founding?.key === idempotency.key && now < history.createdAt + ANSWER_LIFETIME,
    );
    if (found === undefined) return undefined;
    const { secrets } = this.#options;
    if (found.history?.founding?.fingerprint !== keyed(idempotency, secrets)) throw new DomainError('key_reused');
    return found;
  }

  async #refuseHeld(claims: readonly string[]): Promise<void> {
    for (const key of claims) {
      const holder = await answered(this.#options.store.userByClaim(key));
      if (holder !== null) throw new DomainError(CLAIM_TAKEN[kindOfClaim(key)], { field: kindOfClaim(key) });
    }
  }

  #submit(organization: Organization, wanted: NewOrganization, drafted: Drafted, rehearsal: boolean): Promise<Receipt> {
    const { caller, dialect, requestId, idempotency, ifMatch } = wanted;
    const base = { caller, dialect, requestId, idempotency, ifMatch };
    return this.#options.users.submit({ type: 'found', ...base, organization, ...drafted, rehearsal });
  }

  #organizationOf(wanted: NewOrganization, { instance }: OrganizationDirectory): Organization {
    const { id, name, sections, caller, dialect, requestId, idempotency } = wanted;
    const { clock, secrets } = this.#options;
    const now = clock();
    const founding: Founding = {
      actor: callerName(caller),
      dialect,
      requestId,
      ...(idempotency && { key: idempotency.key, fingerprint: keyed(idempotency, secrets) }),
    };
    return {
      id,
      name,
      unique: { email: false, phone: false },
      ...DEFAULT_POLICIES,
      ...instance.policies,
      domains: [],
      roles: [],
      sections,
      history: { sequence: 1, createdAt: now, changedAt: now, founding },
    };
  }
}

/** Claims need not be derived anew for an organization without users. */
function changeOf(directory: OrganizationDirectory, organization: Organization): ConfigurationChange {
  const { instance, revision, uniqueness } = directory;
  const after = directory.with(organization).uniqueness;
  return {
    organizations: [{ id: organization.id, settings: JSON.stringify(organization) }],
    ...(instance.claims === uniqueness && { instance: JSON.stringify({ ...instance, claims: after }) }),
    expectedRevision: revision,
  };
}

function sees(actor: Actor, organizationId: string): boolean {
  if (actor.organizationId === organizationId) return true;
  const readable = organizationsWith(actor, 'read');
  return readable === 'all' || readable.includes(organizationId);
}

/** Names are the same in any letter case. */
function refuseTaken({ id, name }: NewOrganization, directory: OrganizationDirectory): void {
  if (directory.organization(id) !== undefined) throw new DomainError('organization_exists', { field: 'id' });
  const key = nameKey(name);
  for (const other of directory.all()) {
    if (nameKey(other.name) === key) throw new DomainError('organization_exists', { field: 'name' });
  }
}

function nameKey(name: string): string {
  return caselessForm(name, 'NFKC');
}
