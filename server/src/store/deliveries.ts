import type { Content, DeadLetter, Delivery, ReceiverState } from '../app/ports/outbox.ts';
import type { Message } from '../core/user/commands.ts';
import { eventOf } from './rows.ts';

type Row = Readonly<Record<string, unknown>>;

/** Columns of a delivery (`o`) and of the event that it is about (`e`), as both engines read them. */
export const DELIVERY_COLUMNS = `o.id, o.receiver, o.user_id, o.created_at, o.due_at, o.attempts, o.message, o.died_at,
  o.answer, e.sequence, e.organization_id, e.kind, e.type, e.schema, e.at, e.actor, e.dialect, e.client, e.request_id,
  e.changes`;

/** How long a receiver rests, in milliseconds, until more of its dead letters have come back. */
export const REST = 10_000;

export function deliveryOf(row: Row): Delivery {
  return {
    id: Number(row.id),
    receiver: String(row.receiver),
    userId: String(row.user_id),
    content: contentOf(row),
    createdAt: Number(row.created_at),
    attempts: Number(row.attempts),
  };
}

export function deadLetterOf(row: Row): DeadLetter {
  return { ...deliveryOf(row), diedAt: Number(row.died_at), answer: String(row.answer) };
}

export function stateOf(row: Row): ReceiverState {
  return {
    id: String(row.id),
    failures: Number(row.failures),
    dueAt: Number(row.due_at),
    disabledAt: row.disabled_at === null ? null : Number(row.disabled_at),
    disabledAddress: row.disabled_address === null ? null : String(row.disabled_address),
    answer: row.answer === null ? null : String(row.answer),
  };
}

function contentOf(row: Row): Content {
  if (row.message !== null) return { message: JSON.parse(String(row.message)) as Message };
  if (row.changes === null) throw new Error(`delivery ${row.id} is about an event that is not there`);
  return { event: eventOf(row) };
}

export interface Runs {
  readonly deliveries: readonly Delivery[];
  /** Users whose first delivery is postponed, and until when. */
  readonly postponed: ReadonlyMap<string, number>;
}

/**
 * What can be sent of the first rows of each user, which are in their order: those before the first that is not due.
 * Whoever became due first comes first.
 */
export function runsOf(rows: readonly Row[], now: number): Runs {
  const runs: { readonly dueAt: number; readonly delivery: Delivery }[] = [];
  const postponed = new Map<string, number>();
  for (const lane of Map.groupBy(rows, (row) => String(row.user_id)).values()) {
    const end = lane.findIndex((row) => Number(row.due_at) > now);
    if (end === 0) postponed.set(String(lane[0]?.user_id), Number(lane[0]?.due_at));
    let dueAt = 0;
    for (const row of end < 0 ? lane : lane.slice(0, end)) {
      dueAt = Math.max(dueAt, Number(row.due_at));
      runs.push({ dueAt, delivery: deliveryOf(row) });
    }
  }
  runs.sort((left, right) => left.dueAt - right.dueAt || left.delivery.id - right.delivery.id);
  return { deliveries: runs.map(({ delivery }) => delivery), postponed };
}
