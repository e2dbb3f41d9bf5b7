import type { Clock, NextId } from '../../app/ports/clock.ts';
import type { PasswordHasher } from '../../app/ports/password-hasher.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { Users } from '../../app/users.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { SetupUser } from '../../config/setup.ts';
import { DomainError } from '../../core/errors.ts';
import { claimKeys } from '../../core/user/claims.ts';
import type { CreateUser, ProfilePatch, UpdateUser } from '../../core/user/commands.ts';
import type { AccessToken, OrganizationMembership, User, UserType } from '../../core/user/user.ts';
import { tokenDigest } from '../../crypto/secrets.ts';

/** A user the setup declares, mostly a person, with the roles that come with its place in the file. */
export interface DeclaredPerson {
  readonly organizationId: string;
  readonly person: SetupUser;
  readonly roles: readonly string[] | undefined;
  /** Roles in other organizations. */
  readonly elsewhere: readonly OrganizationMembership[] | undefined;
  readonly type: UserType | undefined;
}

/** Keyed digest of each declared value as the file had it when it was last applied, by user id. */
export type AppliedPeople = Readonly<Record<string, Digests>>;

type Digests = Readonly<Record<string, string>>;

export interface PeopleOptions {
  readonly users: Users;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly secrets: Pick<Secrets, 'secretDigest'>;
  readonly clock: Clock;
  readonly nextId: NextId;
}

/**
 * Creates declared people and brings them up to date. A value is applied when it is new or changed in the file, so what
 * an API changed since survives a restart; a token that left the file is withdrawn.
 *
 * @returns what the next start compares with
 * @throws ConfigError when a declaration clashes with what is there
 */
export async function applyPeople(
  declared: readonly DeclaredPerson[],
  applied: AppliedPeople,
  options: PeopleOptions,
): Promise<AppliedPeople> {
  const next: Record<string, Digests> = {};
  const people: { entry: DeclaredPerson; id: string; existing: User | null; digests: Digests }[] = [];
  for (const entry of declared) {
    const digests = digestsOf(entry, options.secrets);
    const known = entry.person.id ?? idApplied(digests, applied);
    const existing = await findPerson(entry, known, options.users);
    people.push({ entry, id: existing?.id ?? known ?? options.nextId(), existing, digests });
  }
  // First of all, so that somebody else may be given the token of who left.
  const staying = new Set(people.map(({ id }) => id));
  for (const id of Object.keys(applied)) {
    if (!staying.has(id)) await withdrawTokens(id, options.users);
  }
  for (const { entry, id, existing, digests } of people) {
    try {
      if (existing === null) await createPerson(id, entry, options);
      else await updatePerson(existing, entry, changedMembers(digests, applied[id] ?? {}), options);
    } catch (error) {
      throw refusalOf(entry.person, id, error);
    }
    next[id] = digests;
  }
  return next;
}

/** The id under which a person without one was applied before, even when it has another name or is deleted since. */
function idApplied(digests: Digests, applied: AppliedPeople): string | undefined {
  const { username, organizationId } = digests;
  if (username === undefined) return undefined;
  return Object.keys(applied).find(
    (id) => applied[id]?.username === username && applied[id]?.organizationId === organizationId,
  );
}

async function findPerson(entry: DeclaredPerson, id: string | undefined, users: Users): Promise<User | null> {
  const { organizationId, person } = entry;
  if (id !== undefined) {
    const user = await users.find({ id });
    if (user === null || user.organizationId === organizationId) return ofItsKind(user, person);
    throw new ConfigError(
      `the setup cannot be applied: user ${JSON.stringify(id)} belongs to another organization, and cannot move`,
    );
  }
  if (person.username === undefined) return null;
  const claim = claimKeys.username(users.directory, organizationId, person.username);
  return ofItsKind(await users.find({ claim, organizationId }), person);
}

function ofItsKind(user: User | null, { kind = 'human', username }: SetupUser): User | null {
  if (user === null || user.kind === kind) return user;
  throw new ConfigError(
    `the setup cannot be applied: user ${JSON.stringify(username ?? user.id)} is a ${user.kind}, and cannot become a ${kind}`,
  );
}

/** The names of a person, or the name and the purpose of a machine. */
function profileOf({ kind, name = '', description, givenName = '', familyName = '' }: SetupUser): ProfilePatch {
  if (kind === 'machine') return { displayName: name, ...(description !== undefined && { description }) };
  return { givenName, familyName, displayName: `${givenName} ${familyName}` };
}

async function createPerson(id: string, entry: DeclaredPerson, options: PeopleOptions): Promise<void> {
  const { person, organizationId, roles, elsewhere, type } = entry;
  const command: CreateUser = {
    type: 'create-user',
    userId: id,
    organizationId,
    kind: person.kind ?? 'human',
    username: person.username ?? (person.kind === 'machine' ? id : null),
    profile: profileOf(person),
    membership: { ...(roles && { roles }), ...(elsewhere && { elsewhere }), ...(type && { type }) },
    tokens: tokensOf(person, options.clock()),
    ...(person.email === undefined
      ? {}
      : { email: { value: person.email, ...(person.emailVerified === true ? { verified: true } : {}) } }),
    ...(person.phone === undefined
      ? {}
      : { phone: { value: person.phone, ...(person.phoneVerified === true ? { verified: true } : {}) } }),
    ...(person.password === undefined
      ? {}
      : { password: { secret: { hash: await options.hasher.hash(person.password) }, changeRequired: false } }),
  };
  try {
    await submit(options.users, id, command);
  } catch (error) {
    // A deleted person stays deleted, even while the file still declares it: ids are never used again.
    if (!(error instanceof DomainError && error.reason === 'user_id_taken')) throw error;
  }
}

async function updatePerson(
  user: User,
  entry: DeclaredPerson,
  changed: ReadonlySet<string>,
  options: PeopleOptions,
): Promise<void> {
  const { person, roles, elsewhere, type } = entry;
  const { givenName, familyName, name, description } = person;
  const contact = (kind: 'email' | 'phone', verified: boolean | undefined) => ({
    ...(changed.has(kind) && person[kind] !== undefined ? { value: person[kind] } : {}),
    // A new address is as verified as the file says of it, also when it says so no differently than before.
    ...((changed.has(kind) || changed.has(`${kind}Verified`)) && verified !== undefined ? { verified } : {}),
  });
  const command: UpdateUser = {
    type: 'update-user',
    ...(changed.has('username') && person.username !== undefined ? { username: person.username } : {}),
    profile: {
      ...(changed.has('givenName') && givenName !== undefined ? { givenName } : {}),
      ...(changed.has('familyName') && familyName !== undefined ? { familyName } : {}),
      ...(changed.has('name') && name !== undefined ? { displayName: name } : {}),
      ...(changed.has('description') && description !== undefined ? { description } : {}),
    },
    email: contact('email', person.emailVerified),
    phone: contact('phone', person.phoneVerified),
    membership: {
      ...(changed.has('roles') && roles !== undefined ? { roles } : {}),
      ...(changed.has('memberships') && elsewhere !== undefined ? { elsewhere } : {}),
      ...(changed.has('type') && type !== undefined ? { type } : {}),
    },
    setupTokens: tokensOf(person, options.clock()),
    ...(changed.has('password') && person.password !== undefined
      ? {
          password: {
            secret: { hash: await options.hasher.hash(person.password) },
            changeRequired: false,
            proof: null,
            unchanged: false,
            lockAfter: 0,
          },
        }
      : {}),
  };
  await submit(options.users, user.id, command);
}

function refusalOf(person: SetupUser, id: string, error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  const name = JSON.stringify(person.username ?? id);
  return new ConfigError(`the setup cannot be applied: user ${name} was refused (${error.reason})`, error);
}

async function withdrawTokens(id: string, users: Users): Promise<void> {
  if ((await users.find({ id })) === null) return;
  await submit(users, id, { type: 'update-user', setupTokens: [] });
}

async function submit(users: Users, id: string, command: CreateUser | UpdateUser): Promise<void> {
  await users.submit({
    type: 'command',
    caller: { kind: 'system' },
    dialect: 'setup',
    requestId: 'setup',
    target: { id },
    command,
    answer: () => ({ status: 0, body: null }),
  });
}

function tokensOf(person: SetupUser, now: number): AccessToken[] {
  const { personalAccessToken } = person;
  if (personalAccessToken === undefined) return [];
  return [{ digest: tokenDigest(personalAccessToken), createdAt: now, expiresAt: null, source: 'setup' }];
}

function digestsOf(entry: DeclaredPerson, secrets: Pick<Secrets, 'secretDigest'>): Digests {
  const { person, organizationId, roles, type } = entry;
  const members = { ...person, organizationId, roles, type };
  return Object.fromEntries(
    Object.entries(members)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, secrets.secretDigest(`setup ${name}`, JSON.stringify(value))]),
  );
}

function changedMembers(now: Digests, before: Digests): Set<string> {
  return new Set(Object.keys(now).filter((name) => now[name] !== before[name]));
}
