import { mergedMetadata, metadataTimes } from './decide-metadata.ts';
import { type Changes, EVENT_TYPES, type EventType, type UserEvent } from './events.ts';
import { EMPTY_USER, type User } from './user.ts';

type Draft = Record<string, unknown> & { -readonly [K in keyof User]: User[K] };

/** Applies one event to the record; `null` before the first. Pure: the record given is never changed. */
export function evolve(user: User | null, event: UserEvent): User {
  const visible = EVENT_TYPES[event.type].visible;
  const next: Draft = user === null ? born(event) : ({ ...user } as Draft);
  next.sequence = event.sequence;
  if (visible) {
    next.version = event.sequence;
    next.changedAt = event.at;
  }
  applyChanges(next, event.changes);
  if (event.changes['extra.metadata'] !== undefined) {
    next.extra = metadataAfter(user?.extra ?? EMPTY_USER.extra, next.extra, event);
  }
  return next;
}

/** Folds a whole history; `null` for an empty one. */
export function replay(events: readonly UserEvent[]): User | null {
  let user: User | null = null;
  for (const event of events) user = evolve(user, event);
  return user;
}

export function isVisible(type: EventType): boolean {
  return EVENT_TYPES[type].visible;
}

function born(event: UserEvent): Draft {
  return {
    ...EMPTY_USER,
    id: event.userId,
    organizationId: event.organizationId,
    kind: event.kind,
    sequence: 0,
    version: 0,
    createdAt: event.at,
    changedAt: event.at,
  };
}

/** An event about metadata alone holds the entries that change; any other replaces them all. */
function metadataAfter(before: User['extra'], next: User['extra'], event: UserEvent): User['extra'] {
  const metadata =
    event.type === 'user.metadata_changed' ? mergedMetadata(before.metadata, next.metadata) : next.metadata;
  return { ...next, metadata, metadataTimes: metadataTimes(before, metadata, event.at) };
}

function applyChanges(draft: Draft, changes: Changes): void {
  let copied = '';
  for (const path in changes) {
    const after = changes[path as keyof Changes]?.after;
    const dot = path.indexOf('.');
    if (dot < 0) {
      draft[path] = after;
      continue;
    }
    const part = path.slice(0, dot);
    if (part !== copied) {
      draft[part] = { ...(draft[part] as object) };
      copied = part;
    }
    (draft[part] as Record<string, unknown>)[path.slice(dot + 1)] = after;
  }
}
