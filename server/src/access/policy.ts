import { DomainError } from '../core/errors.ts';
import type { Organization } from '../core/organization.ts';
import type { Capability } from '../core/user/fields.ts';
import { type Grant, grantsOfDefinition } from './roles.ts';

/** Who asks, with what it may do at this moment. */
export interface Actor {
  /** `user:<id>`, `client:<id>`, `anonymous` or `system`, as it stands in the history. */
  readonly name: string;
  /** Set when the actor is a user: its own record is "self". */
  readonly userId: string | null;
  /** Home of the actor; `null` for the system itself. */
  readonly organizationId: string | null;
  readonly grants: readonly Grant[];
  readonly deleteSelf: boolean;
}

export const SYSTEM: Actor = {
  name: 'system',
  userId: null,
  organizationId: null,
  grants: [],
  deleteSelf: false,
};

/** The record acted on, as far as permission goes. */
export interface Target {
  readonly userId: string;
  readonly organizationId: string;
  /** What the target's own roles allow. */
  readonly grants: readonly Grant[];
}

/** What everybody may do to its own record. */
const SELF: ReadonlySet<Capability> = new Set<Capability>([
  'read',
  'profile',
  'contact',
  'keys',
  'factor',
  'enrolment',
]);

/** With these, a caller could take over the target; so the target must not hold more than the caller. */
const TAKEOVER: ReadonlySet<Capability> = new Set<Capability>([
  'contact',
  'assert_verified',
  'credential',
  'keys',
  'factor',
  'enrolment',
  'passkey_link',
  'state',
  'role',
  'user_type',
  'delete',
]);

/**
 * The one place where permission is decided.
 *
 * @throws DomainError `no_membership` when nothing the actor holds touches the target's organization,
 *   `no_permission` when it holds something there, but not this
 */
export function authorize(actor: Actor, target: Target, capabilities: Iterable<Capability>): void {
  if (actor === SYSTEM) return;
  const self = actor.userId === target.userId;
  for (const capability of capabilities) {
    if (self && (SELF.has(capability) || (capability === 'delete' && actor.deleteSelf))) continue;
    if (!holds(actor.grants, target.organizationId, capability)) throw refusal(actor, target);
    if (!self && TAKEOVER.has(capability) && exceeds(target.grants, actor)) throw refusal(actor, target);
  }
}

/**
 * Nobody hands out what they do not hold.
 *
 * @param granted what the roles that are to be set allow
 * @throws DomainError `no_permission`
 */
export function authorizeGranting(actor: Actor, granted: readonly Grant[]): void {
  if (actor === SYSTEM) return;
  if (exceeds(granted, actor) || granted.some((grant) => !holdsOthers(actor, grant))) {
    throw new DomainError('no_permission');
  }
}

/**
 * Nobody makes, changes or ends a role that allows, or would allow, what they do not hold.
 *
 * @throws DomainError `no_permission`
 */
export function authorizeRoleChanges(actor: Actor, before: Organization, after: Organization): void {
  if (before.roles === after.roles) return;
  const [known, next] = [new Set(before.roles), new Set(after.roles)];
  const touched = [
    ...before.roles.filter((role) => !next.has(role)),
    ...after.roles.filter((role) => !known.has(role)),
  ];
  authorizeGranting(
    actor,
    touched.flatMap((role) => grantsOfDefinition(role, after.id)),
  );
}

/**
 * Asks for the right to make organizations.
 *
 * @throws DomainError `no_permission`
 */
export function authorizeFounding(actor: Actor): void {
  if (actor !== SYSTEM && !holds(actor.grants, '*', 'found')) throw new DomainError('no_permission');
}

/** Whether the target's records are visible to the actor at all, so that others look like missing ones. */
export function isVisible(actor: Actor, target: Target): boolean {
  if (actor === SYSTEM || actor.userId === target.userId || actor.organizationId === target.organizationId) return true;
  return isMember(actor.grants, target.organizationId);
}

/** The organizations on whose records the actor holds a capability; no word of its own record. */
export function organizationsWith(actor: Actor, capability: Capability): readonly string[] | 'all' {
  if (actor === SYSTEM || holds(actor.grants, '*', capability)) return 'all';
  return [
    ...new Set(
      actor.grants.filter((grant) => grant.capabilities.has(capability)).map(({ organizationId }) => organizationId),
    ),
  ];
}

function refusal({ grants, userId }: Actor, target: Target): DomainError {
  const seen = userId === target.userId || holds(grants, target.organizationId, 'read');
  const reason = isMember(grants, target.organizationId) ? 'no_permission' : 'no_membership';
  return new DomainError(reason, seen ? {} : { unseen: true });
}

function isMember(grants: readonly Grant[], organizationId: string): boolean {
  return grants.some((grant) => grant.organizationId === '*' || grant.organizationId === organizationId);
}

function holds(grants: readonly Grant[], organizationId: string, capability: Capability): boolean {
  return grants.some(
    (grant) =>
      (grant.organizationId === '*' || grant.organizationId === organizationId) && grant.capabilities.has(capability),
  );
}

/** They allow something, somewhere, that the actor may not do. */
function exceeds(grants: readonly Grant[], actor: Actor): boolean {
  return grants.some((grant) =>
    [...grant.capabilities].some((capability) => !holds(actor.grants, grant.organizationId, capability)),
  );
}

/** What means something to applications alone cannot be used here, so it counts only when it is handed on. */
function holdsOthers({ grants }: Actor, { organizationId, others = new Set() }: Grant): boolean {
  if (others.size === 0 || holds(grants, organizationId, 'any_permission')) return true;
  const held = new Set(
    grants.flatMap((grant) => (grant.organizationId === organizationId ? [...(grant.others ?? [])] : [])),
  );
  return [...others].every((permission) => held.has(permission));
}
