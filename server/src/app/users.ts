import { type Actor, authorize, isVisible, organizationsWith } from '../access/policy.ts';
import { grantsOf } from '../access/roles.ts';
import { DomainError } from '../core/errors.ts';
import type { Command } from '../core/user/commands.ts';
import { StaleCheck } from '../core/user/decide-credentials.ts';
import type { Capability } from '../core/user/fields.ts';
import type { User } from '../core/user/user.ts';
import { actorOf, type Caller } from './callers.ts';
import { type Executor, storeUnavailable } from './executor.ts';
import type { LiveDirectory } from './live-directory.ts';
import { authorizeCommand } from './permission.ts';
import type { Clock } from './ports/clock.ts';
import type { CredentialPage, CredentialQuery } from './ports/credential-list.ts';
import { type Store, StoreUnavailable } from './ports/store.ts';
import type { SignUpQuery, SignUps, UserFilter, UserPage, UserQuery } from './ports/user-list.ts';
import type { Receipt, Submission, TargetRef } from './submission.ts';
import { fitsTarget } from './target.ts';

/** A list as an API asks for it. */
export interface ListRequest extends Omit<UserQuery, 'organizations' | 'self' | 'filter'> {
  /** May follow from the organizations in which the caller sees users, be it only itself. */
  readonly filter?: UserFilter | ((organizations: UserQuery['organizations']) => UserFilter) | undefined;
}

/** How often a password is checked anew when it changes between the check and the decision. */
const CHECK_ATTEMPTS = 3;

export interface UsersOptions {
  readonly store: Store;
  readonly executor: Executor;
  readonly directory: LiveDirectory;
  readonly clock: Clock;
}

/** The only way from a dialect to the record. */
export class Users {
  readonly directory: LiveDirectory;
  readonly #store: Store;
  readonly #executor: Executor;
  readonly #clock: Clock;

  constructor(options: UsersOptions) {
    this.directory = options.directory;
    this.#store = options.store;
    this.#executor = options.executor;
    this.#clock = options.clock;
  }

  /**
   * Executes a submission; resolves when its outcome is on disk.
   *
   * @throws DomainError when it is refused
   */
  submit(submission: Submission): Promise<Receipt> {
    return this.#executor.submit(submission);
  }

  /** Like `submit` for a submission that holds a password check: made anew when the password changed meanwhile. */
  async submitChecked(prepare: () => Promise<Submission>): Promise<Receipt> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.submit(await prepare());
      } catch (error) {
        if (!(error instanceof StaleCheck)) throw error;
        if (attempt === CHECK_ATTEMPTS) throw new DomainError('overloaded', { retryAfter: 1, cause: error });
      }
    }
  }

  /**
   * One user as the caller may read it.
   *
   * @throws DomainError `unauthenticated`, `user_not_found` (deleted ones too), `no_membership`, `no_permission`,
   *   `store_unavailable`
   */
  read(caller: Caller, target: TargetRef): Promise<User> {
    return this.#underLatest(async () => {
      const actor = await this.actor(caller);
      const user = await this.find(target);
      if (user === null) throw new DomainError('user_not_found');
      const subject = {
        userId: user.id,
        organizationId: user.organizationId,
        grants: grantsOf(user, this.directory.organization(user.organizationId)),
      };
      authorize(actor, subject, ['read']);
      return user;
    });
  }

  /**
   * Users whom the caller may read, and itself.
   *
   * @param section dialect that must be switched on in their organizations
   * @throws DomainError `unauthenticated`, `store_unavailable`; what `filter` throws
   */
  async list(caller: Caller, { filter, ...query }: ListRequest, section: string): Promise<UserPage> {
    const { actor, organizations } = await this.#seen(caller, section);
    const home = actor.organizationId === null ? [] : [actor.organizationId];
    const all = organizations === 'all' ? organizations : [...new Set([...organizations, ...home])];
    const asked = typeof filter === 'function' ? filter(all) : filter;
    return answered(this.#store.list({ ...query, filter: asked, organizations, self: actor.userId ?? undefined }));
  }

  /**
   * Keys or tokens of the users whom the caller may read, and its own.
   *
   * @param section dialect that must be switched on in their organizations
   * @throws DomainError `unauthenticated`, `store_unavailable`
   */
  async listCredentials(
    caller: Caller,
    query: Omit<CredentialQuery, 'organizations' | 'self'>,
    section: string,
  ): Promise<CredentialPage> {
    const { actor, organizations } = await this.#seen(caller, section);
    return answered(this.#store.listCredentials({ ...query, organizations, self: actor.userId ?? undefined }));
  }

  /** The user a dialect's own lookup means; no permission is asked. Deleted users are not found. */
  async find(target: TargetRef): Promise<User | null> {
    const { claim, id } = target;
    const byClaim = claim === undefined ? null : await answered(this.#store.userByClaim(claim));
    const user = byClaim ?? (id === undefined ? null : await answered(this.#store.user(id)));
    if (user === null || user.state === 'deleted') return null;
    if (this.#isFromNowhere(user)) await answered(this.directory.latest());
    return fitsTarget(user, target, this.directory) ? user : null;
  }

  /**
   * Users of an organization that meet a filter, the latest ids first; like `find`, without asking for permission.
   *
   * @throws DomainError `store_unavailable`
   */
  async findAll(
    organizationId: string,
    filter: UserFilter,
    page: Pick<UserQuery, 'offset' | 'limit'>,
  ): Promise<User[]> {
    const sort = { by: 'id', direction: 'desc' } as const;
    const query = { ...page, organizations: [organizationId], filter, sort, countTotal: false };
    return [...(await answered(this.#store.list(query))).users];
  }

  /**
   * How many people signed up with an organization, by days; for those who may read all its users.
   *
   * @throws DomainError `unauthenticated`, `no_membership`, `no_permission`, `store_unavailable`
   */
  async countSignUps(
    caller: Caller,
    organizationId: string,
    times: Pick<SignUpQuery, 'from' | 'to'>,
  ): Promise<SignUps> {
    await this.checkCapability(caller, 'read', organizationId);
    return answered(this.#store.countSignUps({ ...times, signUpsOf: 'human', organizations: [organizationId] }));
  }

  /**
   * Refuses what the policy would refuse at `submit`, so that a caller without the right causes no costly work. It is
   * asked again when the command is decided.
   *
   * @param user the record acted on; `null` when there is none
   * @throws DomainError `unauthenticated`, `user_not_found`, `no_membership`, `no_permission`
   */
  checkPermission(caller: Caller, command: Command, user: User | null): Promise<void> {
    return this.#underLatest(async () => authorizeCommand(await this.actor(caller), command, user, this.directory));
  }

  /**
   * Refuses whoever may do this to no record of the organization.
   *
   * @throws DomainError `unauthenticated`, `no_membership`, `no_permission`
   */
  checkCapability(caller: Caller, capability: Capability, organizationId: string): Promise<void> {
    const target = { userId: '', organizationId, grants: [] };
    return this.#underLatest(async () => authorize(await this.actor(caller), target, [capability]));
  }

  /** What is denied under settings that another process has changed meanwhile is asked again under the new ones. */
  async #underLatest<T>(ask: () => Promise<T>): Promise<T> {
    const { current } = this.directory;
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'permission_denied')) throw error;
      if ((await answered(this.directory.latest())) === current) throw error;
      return ask();
    }
  }

  /** Another process may have made the user's organization a moment ago. */
  #isFromNowhere({ organizationId }: User): boolean {
    return this.directory.organization(organizationId) === undefined;
  }

  /** Another process may have made an organization a moment ago. */
  async #seen(caller: Caller, section: string) {
    await answered(this.directory.latest());
    const actor = await this.actor(caller);
    return { actor, organizations: this.#readable(actor, section) };
  }

  /** The organizations whose users the actor may read. */
  #readable(actor: Actor, section: string): readonly string[] | 'all' {
    const readable = organizationsWith(actor, 'read');
    if (readable !== 'all') {
      return readable.filter((id) => this.directory.organization(id)?.sections[section] !== undefined);
    }
    const all = [...this.directory.current.all()];
    const fitting = all.filter(({ sections }) => sections[section] !== undefined);
    return fitting.length === all.length ? 'all' : fitting.map(({ id }) => id);
  }

  /**
   * Whether the user is one that the caller knows of at all.
   *
   * @throws DomainError `unauthenticated`, `store_unavailable`
   */
  async knows(caller: Caller, user: User): Promise<boolean> {
    return isVisible(await this.actor(caller), { userId: user.id, organizationId: user.organizationId, grants: [] });
  }

  /** @throws DomainError `unauthenticated` when the caller's credential is not, or no longer, good */
  async actor(caller: Caller): Promise<Actor> {
    const user = caller.kind === 'user' ? await answered(this.#store.user(caller.userId)) : null;
    if (user !== null && this.#isFromNowhere(user)) await answered(this.directory.latest());
    return actorOf(caller, user, this.directory, this.#clock());
  }
}

/** What the store answers, or the refusal that says it cannot. */
export async function answered<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof StoreUnavailable ? storeUnavailable(error) : error;
  }
}
