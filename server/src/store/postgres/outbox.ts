import type {
  Claim,
  DeadLetter,
  DuePage,
  DueQuery,
  GivingUp,
  Outbox,
  Postponed,
  ReceiverState,
  ReceiverSummary,
  ReplayPage,
  ReplayQuery,
  Settlement,
} from '../../app/ports/outbox.ts';
import { deadLetterOf, REST, runsOf, stateOf } from '../deliveries.ts';
import { integerArray, textArray } from './arrays.ts';
import { readFailure } from './failures.ts';
import { OUTBOX } from './outbox-statements.ts';
import type { Call, PostgresPool } from './pool.ts';
import { COMMIT, type Statement } from './statements.ts';

type Row = Record<string, unknown>;

/** The outbox in a PostgreSQL that several processes share. */
export class PostgresOutbox implements Outbox {
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async waiting(holder: string, now: number): Promise<string[]> {
    return (await this.#rows(OUTBOX.waiting, [holder, now])).map(({ id }) => String(id));
  }

  async claim(receiver: string, { holder, now, until }: Claim): Promise<ReceiverState | null> {
    const claim = () => this.#rows(OUTBOX.claim, [receiver, holder, now, until]);
    let [row] = await claim();
    if (row === undefined) {
      await this.#rows(OUTBOX.addReceiver, [receiver]);
      [row] = await claim();
    }
    return row === undefined ? null : stateOf(row);
  }

  async renew(receiver: string, { holder, now, until }: Claim): Promise<boolean> {
    const { rowCount } = await this.#reading(this.#pool.query(OUTBOX.renew, [receiver, holder, now, until]));
    return rowCount === 1;
  }

  async release(receivers: readonly string[], holder: string): Promise<void> {
    await this.#rows(OUTBOX.release, [receivers, holder]);
  }

  async due(receiver: string, { now, limit, busy }: DueQuery): Promise<DuePage> {
    const rows = await this.#rows(OUTBOX.due, [receiver, now, textArray([...busy]), limit]);
    const { deliveries, postponed } = runsOf(rows, now);
    if (postponed.size > 0) {
      const columns = [textArray([...postponed.keys()]), integerArray([...postponed.values()])];
      await this.#rows(OUTBOX.postponeFollowers, [...columns, receiver, now, limit]);
    }
    return { deliveries, isFull: Number(rows[0]?.looked_at) === limit };
  }

  async settle(holder: string, settlements: readonly Settlement[]): Promise<ReadonlySet<string>> {
    const receivers = settlements.map(({ receiver }) => receiver);
    const [, held] = await this.#transaction([
      [OUTBOX.lockHeld, [holder, textArray(receivers)]],
      ...settlementCalls(holder, settlements),
    ]);
    const kept = new Set(held?.rows.map(({ id }) => id));
    return new Set(receivers.filter((receiver) => !kept.has(receiver)));
  }

  async giveUp(receiver: string, { holder, at, answer, createdBefore, limit }: GivingUp): Promise<number> {
    const before = createdBefore ?? Number.MAX_SAFE_INTEGER;
    const results = await this.#transaction([
      [OUTBOX.lockHeld, [holder, textArray([receiver])]],
      [OUTBOX.giveUp, [receiver, at, answer, limit, before, holder]],
    ]);
    return results[2]?.rowCount ?? 0;
  }

  async deadLetters(receiver: string, limit: number): Promise<DeadLetter[]> {
    return (await this.#rows(OUTBOX.deadLetters, [receiver, limit])).map(deadLetterOf);
  }

  retry(receiver: string, now: number, limit: number): Promise<number> {
    return this.#reading(
      this.#pool.use(async (session) => {
        const [, , result] = await session.pipeline([
          ['BEGIN'],
          [OUTBOX.reopen, [receiver]],
          [OUTBOX.revive, [receiver, now, limit]],
        ]);
        const revived = result?.rowCount ?? 0;
        await session.pipeline([[OUTBOX.rest, [receiver, revived === limit ? now + REST : now]], [COMMIT]]);
        return revived;
      }),
    );
  }

  async replay(query: ReplayQuery, after: string | null, limit: number): Promise<ReplayPage> {
    const { receiver, organizationId, types, since, until = Number.MAX_SAFE_INTEGER, userId, now } = query;
    const from = (after ?? '0:0').split(':');
    const ofUser = (place: string) => (userId === undefined ? '' : `AND user_id = ${place}`);
    const user = userId === undefined ? [] : [userId];
    const [last] = await this.#rows(
      `WITH page AS MATERIALIZED (
         SELECT tx, position FROM events WHERE (tx, position) > ($1::xid8, $2::bigint) ${ofUser('$4')}
         ORDER BY tx, position LIMIT $3)
       SELECT page.tx::text AS tx, position, (SELECT count(*) FROM page) AS looked_at FROM page
       ORDER BY page.tx DESC, position DESC LIMIT 1`,
      [...from, limit, ...user],
    );
    if (last === undefined) return { added: 0, next: null };
    const end = [String(last.tx), String(last.position)];
    const { rowCount } = await this.#reading(
      this.#pool.query(
        `INSERT INTO outbox (user_id, receiver, kind, sequence, created_at, due_at, attempts)
         SELECT user_id, $5, type, sequence, $6::bigint, $6::bigint, 0 FROM events
         WHERE (tx, position) > ($1::xid8, $2::bigint) AND (tx, position) <= ($3::xid8, $4::bigint)
           AND organization_id = $7 AND at >= $8::bigint AND at < $9::bigint AND type = ANY($10::text[]) ${ofUser('$11')}
         ORDER BY events.tx, position`,
        [...from, ...end, receiver, now, organizationId, since, until, textArray(types), ...user],
      ),
    );
    return { added: rowCount ?? 0, next: Number(last.looked_at) < limit ? null : end.join(':') };
  }

  async receivers(): Promise<ReceiverSummary[]> {
    return (await this.#rows(OUTBOX.receivers)).map((row) => ({
      ...stateOf(row),
      waiting: Number(row.waiting),
      dead: Number(row.dead),
      oldest: row.oldest === null ? null : Number(row.oldest),
    }));
  }

  async pruneDeadLetters(before: number, limit: number): Promise<number> {
    const { rowCount } = await this.#reading(this.#pool.query(OUTBOX.prune, [before, limit]));
    return rowCount ?? 0;
  }

  async #rows(statement: Statement | string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#reading(this.#pool.query(statement, values))).rows;
  }

  #transaction(calls: readonly Call[]) {
    return this.#reading(this.#pool.use((session) => session.pipeline([['BEGIN'], ...calls, [COMMIT]])));
  }

  async #reading<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw readFailure(error);
    }
  }
}

/** What becomes of all the deliveries, as one array per column; what needs the claim looks for it. */
function settlementCalls(holder: string, settlements: readonly Settlement[]): Call[] {
  const delivered = settlements.flatMap((one) => one.delivered);
  const postponed: readonly Postponed[] = settlements.flatMap((one) => one.postponed);
  const dead = settlements.flatMap((one) => one.dead);
  const states = settlements.flatMap(({ state }) => (state === undefined ? [] : [state]));
  const placesOf = (rows: readonly { readonly delivery: { userId: string; id: number; receiver: string } }[]) => [
    textArray(rows.map(({ delivery }) => delivery.userId)),
    integerArray(rows.map(({ delivery }) => delivery.id)),
    textArray(rows.map(({ delivery }) => delivery.receiver)),
  ];
  const calls: [readonly unknown[], Statement, () => readonly unknown[]][] = [
    [
      delivered,
      OUTBOX.delivered,
      () => [textArray(delivered.map(({ userId }) => userId)), integerArray(delivered.map(({ id }) => id))],
    ],
    [
      postponed,
      OUTBOX.postpone,
      () => [
        holder,
        ...placesOf(postponed),
        integerArray(postponed.map(({ dueAt }) => dueAt)),
        integerArray(postponed.map(({ counts }) => (counts ? 1 : 0))),
      ],
    ],
    [
      dead,
      OUTBOX.bury,
      () => [
        holder,
        ...placesOf(dead),
        integerArray(dead.map(({ at }) => at)),
        textArray(dead.map(({ answer }) => answer)),
      ],
    ],
    [
      states,
      OUTBOX.saveStates,
      () => [
        holder,
        textArray(states.map(({ id }) => id)),
        integerArray(states.map(({ failures }) => failures)),
        integerArray(states.map(({ dueAt }) => dueAt)),
        integerArray(states.map(({ disabledAt }) => disabledAt)),
        textArray(states.map(({ disabledAddress }) => disabledAddress)),
        textArray(states.map(({ answer }) => answer)),
      ],
    ],
  ];
  return calls.filter(([rows]) => rows.length > 0).map(([, statement, values]) => [statement, values()]);
}
