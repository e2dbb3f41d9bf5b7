import type { DomainError } from '../errors.ts';
import type { Directory } from '../organization.ts';
import type { Message } from './commands.ts';
import { change, type EventType, type FieldChange, type NewEvent } from './events.ts';
import type { FieldPath } from './fields.ts';

/** What a decision may look at besides the record and the command. */
export interface Facts {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly directory: Directory;
}

/**
 * Events to append and messages to send. With a refusal, nothing of the request remains but the events given here:
 * security counters, never a change of the record's data.
 */
export interface Decision {
  readonly events: readonly NewEvent[];
  readonly messages: readonly Message[];
  readonly refusal?: DomainError;
}

/** One event that changes one field, or none when the field keeps its value. */
export function changeIfAny(type: EventType, path: FieldPath, before: unknown, after: unknown): Decision {
  const { events, messages } = oneChange(type, path, before, after);
  return { events: events.filter(({ changes }) => Object.keys(changes).length > 0), messages };
}

/** One event that changes one field. */
export function oneChange(type: EventType, path: FieldPath, before: unknown, after: unknown): Decision {
  const changes: Record<string, FieldChange> = {};
  change(changes, path, before, after);
  return { events: [{ type, changes }], messages: [] };
}
