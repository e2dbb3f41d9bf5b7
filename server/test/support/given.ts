import { expect } from 'vitest';
import { OrganizationDirectory } from '../../src/app/directory.ts';
import { DomainError, type Reason, type RefusalDetails } from '../../src/core/errors.ts';
import type { Organization } from '../../src/core/organization.ts';
import type { Command, CreateUser, Message, NewCode } from '../../src/core/user/commands.ts';
import { decide } from '../../src/core/user/decide.ts';
import type { Decision } from '../../src/core/user/decision.ts';
import { EVENT_SCHEMA, type EventType, type NewEvent, type UserEvent } from '../../src/core/user/events.ts';
import { evolve } from '../../src/core/user/evolve.ts';
import type { FieldPath } from '../../src/core/user/fields.ts';
import type { Session, User } from '../../src/core/user/user.ts';

/** When everything in these tests happens unless it says otherwise. */
export const NOW = Date.UTC(2026, 0, 15, 12);
export const ORG = 'org-a';
export const OTHER_ORG = 'org-b';
export const USER = '400000000000000001';

/** An organization with unique contacts and nothing else of note. */
export function organization(id: string, more: Partial<Organization> = {}): Organization {
  return {
    id,
    name: id,
    unique: { email: true, phone: true },
    complexity: { minLength: 8, lower: true, upper: true, digit: true, symbol: true },
    maxPasswordAttempts: 0,
    passwordHashes: ['bcrypt'],
    domains: [`${id}.test`],
    roles: [],
    identityProviders: [{ id: `${id}-idp`, name: 'Elsewhere' }],
    sections: { zitadel: {} },
    ...more,
  };
}

export function directory(
  organizations: readonly Organization[] = [organization(ORG), organization(OTHER_ORG)],
  usernameScope: 'instance' | 'organization' = 'instance',
): OrganizationDirectory {
  return new OrganizationDirectory(organizations, { usernameScope });
}

export function createUser(more: Partial<CreateUser> = {}): CreateUser {
  return { type: 'create-user', userId: USER, organizationId: ORG, kind: 'human', ...more };
}

/** A code that is sent; `returned` makes one that the caller gets. */
export function newCode(digest: string, expiresAt = NOW + 3_600_000): NewCode {
  return { digest, expiresAt, delivery: { sealedCode: `sealed ${digest}`, urlTemplate: null } };
}

export function session(id: string, more: Partial<Session> = {}): Session {
  return {
    id,
    keyDigest: `${id} key`,
    refreshDigest: `${id} refresh`,
    createdAt: NOW,
    expiresAt: NOW + 3_600_000,
    refreshExpiresAt: NOW + 86_400_000,
    ...more,
  };
}

/** An event by its type and the values before and after of each field. */
export function event(
  type: EventType,
  changes: Partial<Record<FieldPath, readonly [before: unknown, after: unknown]>> = {},
): NewEvent {
  return {
    type,
    changes: Object.fromEntries(Object.entries(changes).map(([path, [before, after]]) => [path, { before, after }])),
  };
}

/** A history: events, or commands that are decided and must succeed. */
export function given(...steps: readonly (NewEvent | Command)[]) {
  let user: User | null = null;
  for (const step of steps) {
    const events = 'changes' in step ? [step] : decide(step, user, { now: NOW, directory: directory() }).events;
    user = recorded(user, events, NOW);
  }
  const before = user;
  return {
    user: before,
    when: (command: Command, now: number = NOW): Outcome => outcomeOf(before, command, now),
  };
}

export interface Outcome {
  /** Exactly these events, with exactly these changes, and no refusal. */
  thenEvents(...expected: readonly NewEvent[]): Outcome;
  /** Like `thenEvents` by the types alone. */
  thenTypes(...expected: readonly EventType[]): Outcome;
  /** Refused, and nothing but these events remains. */
  thenRefused(reason: Reason, details?: RefusalDetails, ...remaining: readonly NewEvent[]): Outcome;
  thenMessages(...expected: readonly Partial<Message>[]): Outcome;
  /** What was thrown that is no refusal. */
  thenThrown(type: abstract new (...args: never[]) => Error): Outcome;
  /** The record afterwards. */
  readonly user: User;
}

function outcomeOf(before: User | null, command: Command, now: number): Outcome {
  let decision: Decision | null = null;
  let thrown: unknown;
  const untouched = JSON.stringify(before);
  try {
    decision = decide(command, before, { now, directory: directory() });
  } catch (error) {
    thrown = error;
  }
  expect(JSON.stringify(before), 'decide changes nothing').toBe(untouched);
  const refusal = decision === null ? thrown : decision.refusal;
  const events = decision?.events ?? [];
  const outcome: Outcome = {
    thenEvents(...expected) {
      expect(refusal).toBeUndefined();
      expect(events).toEqual(expected);
      return outcome;
    },
    thenTypes(...expected) {
      expect(refusal).toBeUndefined();
      expect(events.map(({ type }) => type)).toEqual(expected);
      return outcome;
    },
    thenRefused(reason, details, ...remaining) {
      expect(refusal).toBeInstanceOf(DomainError);
      expect((refusal as DomainError).reason).toBe(reason);
      if (details !== undefined) expect((refusal as DomainError).details).toEqual(details);
      expect(events).toEqual(remaining);
      expect(decision?.messages ?? []).toEqual([]);
      return outcome;
    },
    thenMessages(...expected) {
      expect(decision?.messages).toEqual(expected.map((message) => expect.objectContaining(message)));
      return outcome;
    },
    thenThrown(type) {
      expect(thrown).toBeInstanceOf(type);
      expect(thrown).not.toBeInstanceOf(DomainError);
      return outcome;
    },
    get user() {
      const after = recorded(before, events, now);
      if (after === null) throw new Error('there is no record');
      return after;
    },
  };
  return outcome;
}

function recorded(before: User | null, events: readonly NewEvent[], at: number): User | null {
  let user = before;
  for (const { type, changes } of events) {
    const next: UserEvent = {
      userId: user?.id ?? USER,
      organizationId: user?.organizationId ?? ORG,
      kind: user?.kind ?? 'human',
      sequence: (user?.sequence ?? 0) + 1,
      type,
      schema: EVENT_SCHEMA,
      at,
      origin: { actor: 'system', dialect: 'test', client: 'test', requestId: 'test' },
      changes,
    };
    user = evolve(user, next);
  }
  return user;
}
