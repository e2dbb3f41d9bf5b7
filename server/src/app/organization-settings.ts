import { type Actor, authorize, authorizeRoleChanges } from '../access/policy.ts';
import { DomainError } from '../core/errors.ts';
import type { Organization } from '../core/organization.ts';
import type { Capability } from '../core/user/fields.ts';
import { kept } from './answers.ts';
import { actorOf, callerUserId } from './callers.ts';
import { ConfigurationChanges } from './configuration-changes.ts';
import type { OrganizationDirectory } from './directory.ts';
import type { Clock } from './ports/clock.ts';
import type { Secrets } from './ports/secrets.ts';
import type { ConfigurationChange, Store } from './ports/store.ts';
import type { Repeats } from './repeats.ts';
import type { Answer, IfMatch, Receipt, SubmissionBase } from './submission.ts';
import { answered, type Users } from './users.ts';

/** A change of what an organization is, as an API asks for it. */
export interface SettingsChangeSubmission extends SubmissionBase {
  readonly organizationId: string;
  /** Dialect that must be switched on in it. */
  readonly section: string;
  /** What is done, for the history: `create-role`. */
  readonly operation: string;
  /** What the caller must be allowed to do in the organization. */
  readonly needs: readonly Capability[];
  /** Against the number of the last change of the organization. */
  readonly ifMatch?: IfMatch | null | undefined;
  /**
   * The organization as it is to be; the same one when nothing changes. Must be pure: it is called again for what another
   * process has left.
   *
   * @throws DomainError
   */
  readonly change: (organization: Organization) => Organization;
  /** Writes the answer; must be pure too. */
  readonly answer: (organization: Organization) => Answer;
}

export interface OrganizationSettingsOptions {
  readonly store: Pick<Store, 'configure' | 'user'>;
  readonly users: Users;
  readonly repeats: Repeats;
  readonly secrets: Pick<Secrets, 'seal' | 'open' | 'secretDigest'>;
  readonly clock: Clock;
}

/** Changes of which an organization knows who asked for them. */
const CHANGES_KEPT = 50;

/** Settings of organizations that are changed through an API: roles, and what the sections of dialects hold. */
export class OrganizationSettings {
  readonly #options: OrganizationSettingsOptions;
  readonly #changes = new ConfigurationChanges();

  constructor(options: OrganizationSettingsOptions) {
    this.#options = options;
  }

  /**
   * Changes an organization, with the answer to the idempotency key, in one transaction. No write of any process is
   * decided under the old settings afterwards, and none is changed by somebody who may no longer.
   *
   * @throws DomainError `unauthenticated`, `no_permission`, `no_membership`, `organization_not_found`, `key_reused`,
   *   `version_conflict`, `overloaded`, `store_unavailable`, and what `change` throws
   */
  change(wanted: SettingsChangeSubmission): Promise<Receipt> {
    return this.#changes.make(() => this.#change(wanted));
  }

  /** @returns `null` when the configuration, or who asks, was changed meanwhile */
  async #change(wanted: SettingsChangeSubmission): Promise<Receipt | null> {
    const { users, store, repeats, secrets, clock } = this.#options;
    const { idempotency } = wanted;
    const directory = await answered(users.directory.latest());
    const { actor, asker } = await this.#asker(wanted, directory);
    const before = organizationFor(wanted, directory, actor);
    const replay = await repeats.find(idempotency);
    if (replay !== null) return replay;
    checkPrecondition(wanted, before);
    const changed = wanted.change(before);
    authorizeRoleChanges(actor, before, changed);
    if (changed === before) return repeats.keep(idempotency, wanted.answer(before));
    const after = this.#recorded(changed, wanted, actor);
    const answer = wanted.answer(after);
    const change: ConfigurationChange = {
      organizations: [{ id: after.id, settings: JSON.stringify(after) }],
      expectedRevision: directory.revision,
      ...(asker && { asker }),
      ...(idempotency && { answer: kept(idempotency, answer, secrets, clock()) }),
    };
    const clashes = await answered(store.configure(change));
    if (clashes === null) return null;
    // What it is now is what the next call to this process begins with.
    await answered(users.directory.refresh());
    return { answer, replayed: false };
  }

  async #asker({ caller }: SettingsChangeSubmission, directory: OrganizationDirectory) {
    const userId = callerUserId(caller);
    const user = userId === null ? null : await answered(this.#options.store.user(userId));
    const actor = actorOf(caller, user, directory, this.#options.clock());
    return { actor, asker: user === null ? undefined : { userId: user.id, sequence: user.sequence } };
  }

  #recorded(changed: Organization, wanted: SettingsChangeSubmission, actor: Actor): Organization {
    const { dialect, requestId, operation } = wanted;
    const now = this.#options.clock();
    const { history = { sequence: 0, createdAt: now, changedAt: now } } = changed;
    const at = Math.max(now, history.changedAt);
    const change = { at, actor: actor.name, dialect, requestId, operation };
    return {
      ...changed,
      history: {
        ...history,
        sequence: history.sequence + 1,
        changedAt: at,
        changes: [...(history.changes ?? []), change].slice(-CHANGES_KEPT),
      },
    };
  }
}

function organizationFor(
  { organizationId, section, needs }: SettingsChangeSubmission,
  directory: OrganizationDirectory,
  actor: Actor,
): Organization {
  const organization = directory.organization(organizationId);
  if (organization?.sections[section] === undefined) throw new DomainError('organization_not_found');
  authorize(actor, { userId: '', organizationId, grants: [] }, needs);
  return organization;
}

function checkPrecondition({ ifMatch }: SettingsChangeSubmission, { history }: Organization): void {
  if (!ifMatch || !('versions' in ifMatch)) return;
  if (!ifMatch.versions.includes(history?.sequence ?? 0)) throw new DomainError('version_conflict');
}
