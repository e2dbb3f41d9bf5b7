import { DomainError } from '../errors.ts';
import { effective, type Patch } from '../patch.ts';
import { usernameKey } from '../values/username.ts';
import type { CreateUser, Message, StateNotice, UpdateUser } from './commands.ts';
import { contactAdded, contactEvents } from './decide-contact.ts';
import { passwordEvents } from './decide-credentials.ts';
import { endedEnrolments, enrolmentEvents } from './decide-enrolment.ts';
import { checkNewLinks } from './decide-idp.ts';
import { checkMetadata, metadataEvents } from './decide-metadata.ts';
import type { Decision, Facts } from './decision.ts';
import { change, type EventType, type FieldChange, type NewEvent } from './events.ts';
import type { FieldPath, Part } from './fields.ts';
import { signOut } from './sign-in.ts';
import { type AccessToken, EMPTY_USER, type User, type UserState } from './user.ts';

export function decideCreate(command: CreateUser, existing: User | null, facts: Facts): Decision {
  if (existing !== null) throw new DomainError('user_id_taken');
  const organization = facts.directory.organization(command.organizationId);
  if (organization === undefined) throw new DomainError('organization_not_found');
  if (command.username) refuseReservedDomain(command.username, command.organizationId, facts);

  const changes: Record<string, FieldChange> = {};
  if (command.username) change(changes, 'username', null, command.username);
  addPart(changes, 'profile', EMPTY_USER.profile, command.profile ?? {});
  addPart(changes, 'address', EMPTY_USER.address, command.address ?? {});
  addPart(changes, 'extra', EMPTY_USER.extra, command.extra ?? {});
  addPart(
    changes,
    'policy',
    EMPTY_USER.policy,
    command.policy === undefined ? {} : { ...command.policy, isIdentity: true },
  );
  addPart(changes, 'membership', EMPTY_USER.membership, command.membership ?? {});
  if (command.extra?.metadata) checkMetadata(command.extra.metadata);
  if (command.email) change(changes, 'email.value', null, command.email.value);
  if (command.phone) change(changes, 'phone.value', null, command.phone.value);
  const enrolment = command.enrolment === undefined ? [] : enrolmentEvents(command.enrolment, [], facts.now);
  const [enrolled, ...offers] = enrolment;
  Object.assign(changes, enrolled?.changes);
  if (command.referrer) change(changes, 'membership.referrer', null, command.referrer);
  if (command.tokens?.length) change(changes, 'credentials.tokens', [], command.tokens);
  if (command.accessTokenType !== undefined) {
    change(changes, 'credentials.accessTokenType', EMPTY_USER.credentials.accessTokenType, command.accessTokenType);
  }
  if (command.password) {
    if ('violation' in command.password.secret) throw new DomainError(command.password.secret.violation);
    change(changes, 'password.hash', null, command.password.secret.hash);
    change(changes, 'password.changeRequired', false, command.password.changeRequired);
    change(changes, 'password.changedAt', null, facts.now);
  }
  if (command.sealedTotpSecret !== undefined) {
    const totp = { sealedSecret: command.sealedTotpSecret, verifiedAt: facts.now, failures: 0 };
    change(changes, 'factors.totp', null, totp);
  }
  if (command.idpLinks?.length) {
    checkNewLinks(command.idpLinks, command.organizationId, facts.directory);
    change(changes, 'factors.idpLinks', [], command.idpLinks);
  }
  const messages: Message[] = [];
  const owner = { id: command.userId, organizationId: command.organizationId };
  const events: NewEvent[] = [
    { type: 'user.created', changes },
    ...(command.email ? contactAdded('email', command.email, owner, facts.now, messages) : []),
    ...(command.phone ? contactAdded('phone', command.phone, owner, facts.now, messages) : []),
    ...offers,
  ];
  return { events, messages };
}

/** One event per part of the record that changes, in a fixed order; none when nothing would change. */
export function decideUpdate(command: UpdateUser, user: User, facts: Facts): Decision {
  if (command.violation !== undefined) throw command.violation;
  const messages: Message[] = [];
  const events: NewEvent[] = [];
  if (command.username !== undefined && command.username !== user.username) {
    if (command.username !== null) refuseReservedDomain(command.username, user.organizationId, facts);
    pushChange(events, 'user.username_changed', 'username', user.username, command.username);
  }
  if (command.profile) pushPart(events, 'user.profile_changed', 'profile', user.profile, command.profile);
  if (command.email) events.push(...contactEvents('email', command.email, user, facts.now, messages));
  if (command.phone) events.push(...contactEvents('phone', command.phone, user, facts.now, messages));
  if (command.address) pushPart(events, 'user.address_changed', 'address', user.address, command.address);
  if (command.extra) pushPart(events, 'user.extra_changed', 'extra', user.extra, command.extra);
  if (command.policy) pushPart(events, 'user.policy_changed', 'policy', user.policy, command.policy);
  if (command.metadata) events.push(...metadataEvents(user.extra.metadata, command.metadata));
  if (command.password) {
    const outcome = passwordEvents(command.password, user, facts.now);
    if (outcome.refusal) return { events: outcome.events, messages: [], refusal: outcome.refusal };
    events.push(...outcome.events);
  }
  if (command.state !== undefined && command.state !== user.state) {
    events.push(stateEvent(user, command.state));
    messages.push(...stateMessages(command.notice, user));
  }
  if (command.membership) {
    pushPart(events, 'user.membership_changed', 'membership', user.membership, command.membership);
  }
  if (command.enrolment) {
    events.push(...enrolmentEvents(command.enrolment, user.membership.benefits, facts.now));
  }
  if (command.accessTokenType !== undefined) {
    const { accessTokenType } = user.credentials;
    const type = 'user.token_type_changed';
    pushChange(events, type, 'credentials.accessTokenType', accessTokenType, command.accessTokenType);
  }
  if (command.setupTokens) {
    const tokens = replaceSetupTokens(user.credentials.tokens, command.setupTokens);
    pushChange(events, 'user.tokens_changed', 'credentials.tokens', user.credentials.tokens, tokens);
  }
  return { events, messages };
}

/** Terminal: the id is never used again, claims are freed, credentials and outstanding codes die. */
export function decideDelete(user: User, { now }: Facts): Decision {
  const changes: Record<string, FieldChange> = {};
  change(changes, 'state', user.state, 'deleted');
  change(changes, 'email.code', user.email.code, null);
  change(changes, 'phone.code', user.phone.code, null);
  change(changes, 'password.hash', user.password.hash, null);
  change(changes, 'password.code', user.password.code, null);
  change(changes, 'credentials.tokens', user.credentials.tokens, []);
  change(changes, 'credentials.keys', user.credentials.keys, []);
  change(changes, 'credentials.secret', user.credentials.secret, null);
  signOut(changes, user);
  change(changes, 'credentials.invite', user.credentials.invite, null);
  addPart(changes, 'factors', user.factors, EMPTY_USER.factors);
  change(changes, 'apps.devices', user.apps.devices, []);
  change(changes, 'membership.benefits', user.membership.benefits, endedEnrolments(user.membership.benefits, now));
  return { events: [{ type: 'user.deleted', changes }], messages: [] };
}

/** Who is unlocked starts anew: otherwise the next failed check would lock at once. */
function stateEvent(user: User, state: UserState): NewEvent {
  const changes: Record<string, FieldChange> = {};
  change(changes, 'state', user.state, state);
  const wasBarred = user.state === 'locked' || user.state === 'suspended';
  if (wasBarred) change(changes, 'password.failedAttempts', user.password.failedAttempts, 0);
  if (state !== 'active') signOut(changes, user);
  return { type: 'user.state_changed', changes };
}

function stateMessages(kind: StateNotice | undefined, { id, organizationId, email }: User): Message[] {
  if (kind === undefined || email.value === null) return [];
  return [{ kind, channel: 'email', userId: id, organizationId, to: email.value }];
}

function pushChange(events: NewEvent[], type: EventType, path: FieldPath, before: unknown, after: unknown): void {
  const changes: Record<string, FieldChange> = {};
  change(changes, path, before, after);
  if (Object.keys(changes).length > 0) events.push({ type, changes });
}

function pushPart<T extends object>(events: NewEvent[], type: EventType, part: Part, now: T, patch: Patch<T>): void {
  const changes: Record<string, FieldChange> = {};
  addPart(changes, part, now, patch);
  if (Object.keys(changes).length > 0) events.push({ type, changes });
}

/** `null` clears a field to its empty value, which is not `null` for flags, lists and maps. */
function addPart<T extends object>(changes: Record<string, FieldChange>, part: Part, now: T, patch: Patch<T>): void {
  const next = effective(now, patch);
  const empty: object = EMPTY_USER[part];
  for (const field of Object.keys(next)) {
    const after = (next as Record<string, unknown>)[field] ?? (empty as Record<string, unknown>)[field] ?? null;
    change(changes, `${part}.${field}` as FieldPath, (now as Record<string, unknown>)[field], after);
  }
}

/**
 * A username that ends in another organization's verified domain would look like one of its users; so would one that
 * is the same only to those who compare usernames.
 */
function refuseReservedDomain(username: string, organizationId: string, facts: Facts): void {
  // There the domain of the login name follows after all of it.
  if (facts.directory.organization(organizationId)?.userLoginMustBeDomain) return;
  const key = usernameKey(username);
  const at = key.lastIndexOf('@');
  if (at < 0) return;
  const owner = facts.directory.domainOwner(key.slice(at + 1));
  if (owner !== undefined && owner !== organizationId) throw new DomainError('username_domain_reserved');
}

/** A token that is declared already keeps its first date, so that an unchanged file changes nothing. */
function replaceSetupTokens(current: readonly AccessToken[], declared: readonly AccessToken[]): AccessToken[] {
  const known = new Map(current.map((token) => [token.digest, token]));
  const kept = current.filter((token) => token.source !== 'setup');
  const taken = new Set(kept.map((token) => token.digest));
  return [
    ...kept,
    ...declared.filter(({ digest }) => !taken.has(digest)).map((token) => known.get(token.digest) ?? token),
  ];
}
