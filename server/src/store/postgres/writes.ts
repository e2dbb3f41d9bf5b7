import type { NewDelivery } from '../../app/ports/outbox.ts';
import type { BatchChanges, StoredAnswer } from '../../app/ports/store.ts';
import { integerArray, textArray } from './arrays.ts';
import type { Call } from './pool.ts';
import type { Records } from './records.ts';
import { searchCalls } from './search-writes.ts';
import { type Statement, WRITES } from './statements.ts';

/** A column of the rows that are written: its values, as the statement takes them. */
type Column<Row> = (rows: readonly Row[]) => Buffer;

export interface WriteOptions {
  /** Keys of answers that are in the database already and given anew. */
  readonly replaced: readonly string[];
  /** Place of the batch in the feed of events. */
  readonly mark: string;
  readonly records: Records;
}

/**
 * The writes of a batch, all in one round trip with its commit. New keys go in in their order, so that two batches
 * that add the same ones cannot wait for each other.
 */
export function writeCalls(changes: BatchChanges, { replaced, mark, records }: WriteOptions): Call[] {
  const written = changes.users.map(({ user, isNew }) => ({ user, isNew, document: records.write(user) }));
  const added = written.filter(({ isNew }) => isNew);
  const changed = written.filter(({ isNew }) => !isNew);
  return [
    ...call(WRITES.updateUsers, changed, UPDATED_USER, mark),
    ...call(
      WRITES.insertUsers,
      sorted(added, ({ user }) => user.id),
      INSERTED_USER,
      mark,
    ),
    ...searchCalls(changes.users),
    ...call(WRITES.insertEvents, changes.events, EVENT, mark),
    ...call(WRITES.deleteClaims, sorted([...changes.claimsRemoved], first), CLAIM),
    ...call(WRITES.insertClaims, sorted([...changes.claimsAdded], first), CLAIM),
    ...call(WRITES.deleteAnswers, replaced, [text((key) => key)]),
    ...call(
      WRITES.insertAnswers,
      sorted(changes.answers, ({ key }) => key),
      ANSWER,
    ),
    ...call(WRITES.insertDeliveries, changes.deliveries, DELIVERY),
    ...call(WRITES.insertDeferred, changes.deferred, [text(({ queue }) => queue), text(({ payload }) => payload)]),
    ...call(WRITES.deleteDeferred, changes.settled, [text(({ queue }) => queue), integer(({ id }) => id)]),
  ];
}

/** An answer in the place of one that has the same key. */
export function answerCalls(answer: StoredAnswer): Call[] {
  return [
    ...call(WRITES.deleteAnswers, [answer.key], [text((key) => key)]),
    ...call(WRITES.insertAnswers, [answer], ANSWER),
  ];
}

type WrittenUser = BatchChanges['users'][number] & { readonly document: string };

const UPDATED_USER: readonly Column<WrittenUser>[] = [
  text(({ user }) => user.id),
  text(({ user }) => user.state),
  text(({ user }) => user.username),
  integer(({ user }) => user.sequence),
  integer(({ user }) => user.version),
  integer(({ user }) => user.changedAt),
  text(({ document }) => document),
];

const INSERTED_USER: readonly Column<WrittenUser>[] = [
  text(({ user }) => user.id),
  text(({ user }) => user.organizationId),
  text(({ user }) => user.kind),
  text(({ user }) => user.state),
  text(({ user }) => user.username),
  integer(({ user }) => user.sequence),
  integer(({ user }) => user.version),
  integer(({ user }) => user.createdAt),
  integer(({ user }) => user.changedAt),
  text(({ document }) => document),
];

const EVENT: readonly Column<BatchChanges['events'][number]>[] = [
  text(({ userId }) => userId),
  integer(({ sequence }) => sequence),
  text(({ organizationId }) => organizationId),
  text(({ kind }) => kind),
  text(({ type }) => type),
  integer(({ schema }) => schema),
  integer(({ at }) => at),
  text(({ origin }) => origin.actor),
  text(({ origin }) => origin.dialect),
  text(({ origin }) => origin.client),
  text(({ origin }) => origin.requestId),
  text(({ changes }) => JSON.stringify(changes)),
];

const CLAIM: readonly Column<readonly [string, string]>[] = [text(([key]) => key), text(([, holder]) => holder)];

const ANSWER: readonly Column<BatchChanges['answers'][number]>[] = [
  text(({ key }) => key),
  text(({ fingerprint }) => fingerprint),
  text(({ payload }) => payload),
  integer(({ sealed }) => (sealed ? 1 : 0)),
  integer(({ expiresAt }) => expiresAt),
];

const DELIVERY: readonly Column<NewDelivery>[] = [
  text(({ userId }) => userId),
  text(({ receiver }) => receiver),
  text(({ content }) => content.kind),
  integer(({ content }) => ('sequence' in content ? content.sequence : null)),
  integer(({ at }) => at),
  text(({ content }) => ('message' in content ? JSON.stringify(content.message) : null)),
];

function text<Row>(value: (row: Row) => string | null): Column<Row> {
  return (rows) => textArray(rows.map(value));
}

function integer<Row>(value: (row: Row) => number | null): Column<Row> {
  return (rows) => integerArray(rows.map(value));
}

/** Nothing to write is no call. */
function call<Row>(
  statement: Statement,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  ...more: readonly string[]
): Call[] {
  return rows.length === 0 ? [] : [[statement, [...columns.map((column) => column(rows)), ...more]]];
}

function sorted<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...values].sort((left, right) => compare(key(left), key(right)));
}

/** By code units: the same order in every process. */
function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function first([key]: readonly [string, string]): string {
  return key;
}
