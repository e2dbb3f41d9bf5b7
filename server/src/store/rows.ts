import type { Changes, EventType, UserEvent } from '../core/user/events.ts';
import type { UserKind } from '../core/user/user.ts';

/** A row of the table of events as an event. */
export function eventOf(row: Record<string, unknown>): UserEvent {
  return {
    userId: String(row.user_id),
    organizationId: String(row.organization_id),
    kind: row.kind as UserKind,
    sequence: Number(row.sequence),
    type: row.type as EventType,
    schema: Number(row.schema),
    at: Number(row.at),
    origin: {
      actor: String(row.actor),
      dialect: String(row.dialect),
      client: String(row.client),
      requestId: String(row.request_id),
    },
    changes: JSON.parse(String(row.changes)) as Changes,
  };
}
