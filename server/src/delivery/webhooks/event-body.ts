import { type FieldChange, isSecret, type UserEvent } from '../../core/user/events.ts';

/** Most bytes of a body. */
const LIMIT = 20_000;

/** What stands in the body of a webhook. */
interface EventBody {
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly user: { readonly id: string; readonly organizationId: string; readonly kind: string };
    readonly sequence: number;
    readonly changes: Readonly<Record<string, FieldChange>>;
    /** Fields that have changed as well, with values too large to be told. */
    readonly leftOut?: readonly string[];
    readonly origin: UserEvent['origin'];
  };
}

/** The event as it is told to subscribers, as JSON: without secrets, and without values that would make it too large. */
export function eventBody(event: UserEvent): string {
  const changes = Object.entries(event.changes).filter(([field]) => !isSecret(field));
  const whole = JSON.stringify(bodyOf(event, changes, []));
  let size = Buffer.byteLength(whole);
  if (size <= LIMIT) return whole;
  const sizes = new Map(changes.map(([field, change]) => [field, Buffer.byteLength(JSON.stringify(change))]));
  size += ',"leftOut":[]'.length;
  const leftOut = new Set<string>();
  // The largest first, so that as few as possible are missing; their names stay.
  for (const [field, bytes] of [...sizes].sort(([, one], [, other]) => other - one)) {
    if (size <= LIMIT) break;
    leftOut.add(field);
    size -= bytes;
  }
  const told = changes.filter(([field]) => !leftOut.has(field));
  return JSON.stringify(bodyOf(event, told, [...leftOut]));
}

function bodyOf(
  event: UserEvent,
  changes: readonly (readonly [string, FieldChange])[],
  leftOut: readonly string[],
): EventBody {
  const { type, at, userId: id, organizationId, kind, sequence, origin } = event;
  const { actor, dialect, client, requestId } = origin;
  return {
    type,
    timestamp: new Date(at).toISOString(),
    data: {
      user: { id, organizationId, kind },
      sequence,
      changes: Object.fromEntries(changes),
      ...(leftOut.length > 0 && { leftOut }),
      origin: { actor, dialect, client, requestId },
    },
  };
}
