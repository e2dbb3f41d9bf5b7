import type { DatabaseSync } from 'node:sqlite';
import type {
  Claim,
  DeadLetter,
  DuePage,
  DueQuery,
  GivingUp,
  Outbox,
  ReceiverState,
  ReceiverSummary,
  ReplayPage,
  ReplayQuery,
  Settlement,
} from '../../app/ports/outbox.ts';
import { deadLetterOf, REST, runsOf, stateOf } from '../deliveries.ts';
import type { Access } from './access.ts';
import { type OutboxStatements, prepareOutboxStatements } from './outbox-statements.ts';

/** The outbox in the embedded database. */
export class SqliteOutbox implements Outbox {
  readonly #db: DatabaseSync;
  readonly #access: Pick<Access, 'read' | 'write'>;
  readonly #statements: OutboxStatements;

  constructor(db: DatabaseSync, access: Pick<Access, 'read' | 'write'>) {
    this.#db = db;
    this.#access = access;
    this.#statements = prepareOutboxStatements(db);
  }

  async waiting(holder: string, now: number): Promise<string[]> {
    const rows = this.#access.read(() => this.#statements.waiting.all({ holder, now }));
    return rows.map(({ id }) => String(id));
  }

  claim(receiver: string, { holder, now, until }: Claim): Promise<ReceiverState | null> {
    return this.#access.write(() => {
      const row = this.#statements.claim.get({ id: receiver, holder, now, until });
      return row === undefined ? null : stateOf(row);
    });
  }

  renew(receiver: string, { holder, now, until }: Claim): Promise<boolean> {
    return this.#access.write(() => this.#statements.renew.run(until, receiver, holder, now).changes === 1);
  }

  release(receivers: readonly string[], holder: string): Promise<void> {
    return this.#access.write(() => {
      for (const receiver of receivers) this.#statements.release.run(receiver, holder);
    });
  }

  async due(receiver: string, query: DueQuery): Promise<DuePage> {
    const { now, limit, busy } = query;
    const { near, firstOf } = this.#statements;
    const found = this.#access.read(() => {
      const rows = near.all(receiver, now, JSON.stringify([...busy]), limit);
      const users = new Set(rows.map((row) => String(row.user_id)));
      const each = Math.max(1, Math.floor(limit / users.size));
      const lanes = [...users].flatMap((user) => firstOf.all(receiver, user, each));
      return { isFull: rows.length === limit, ...runsOf(lanes, now) };
    });
    if (found.postponed.size > 0) await this.#postponeFollowers(receiver, query, found.postponed);
    return { deliveries: found.deliveries, isFull: found.isFull };
  }

  settle(holder: string, settlements: readonly Settlement[]): Promise<ReadonlySet<string>> {
    return this.#access.write(() => {
      const lost = new Set<string>();
      for (const settlement of settlements) {
        this.#settle(holder, settlement);
        if (this.#statements.isHeld.get(holder, settlement.receiver) === undefined) lost.add(settlement.receiver);
      }
      return lost;
    });
  }

  giveUp(receiver: string, { holder, at, answer, createdBefore, limit }: GivingUp): Promise<number> {
    const before = createdBefore ?? Number.MAX_SAFE_INTEGER;
    return this.#access.write(() =>
      Number(this.#statements.giveUp.run(at, answer, receiver, limit, before, holder, receiver).changes),
    );
  }

  async deadLetters(receiver: string, limit: number): Promise<DeadLetter[]> {
    return this.#access.read(() => this.#statements.deadLetters.all(receiver, limit).map(deadLetterOf));
  }

  retry(receiver: string, now: number, limit: number): Promise<number> {
    return this.#access.write(() => {
      const revived = Number(this.#statements.revive.run({ receiver, now, limit }).changes);
      this.#statements.reopen.run(revived === limit ? now + REST : now, receiver);
      return revived;
    });
  }

  replay(query: ReplayQuery, after: string | null, limit: number): Promise<ReplayPage> {
    const { receiver, organizationId, types, since, until = Number.MAX_SAFE_INTEGER, userId, now } = query;
    const ofUser = userId === undefined ? '' : 'AND user_id = $userId';
    const user = userId === undefined ? {} : { userId };
    return this.#access.write(() => {
      const range = { ...user, after: Number(after ?? 0) };
      const page = this.#db
        .prepare(
          `SELECT max(position) AS last, count(*) AS n FROM (
             SELECT position FROM events WHERE position > $after ${ofUser} ORDER BY position LIMIT $limit)`,
        )
        .get({ ...range, limit });
      const last = Number(page?.last ?? 0);
      const { changes } = this.#db
        .prepare(
          `INSERT INTO outbox (user_id, receiver, kind, sequence, created_at, due_at, attempts)
           SELECT user_id, $receiver, type, sequence, $now, $now, 0 FROM events
           WHERE position > $after AND position <= $last ${ofUser} AND organization_id = $organizationId
             AND at >= $since AND at < $until AND type IN (SELECT value FROM json_each($types))
           ORDER BY position`,
        )
        .run({ ...range, last, receiver, organizationId, since, until, now, types: JSON.stringify(types) });
      return { added: Number(changes), next: Number(page?.n) < limit ? null : String(last) };
    });
  }

  async receivers(): Promise<ReceiverSummary[]> {
    const rows = this.#access.read(() => this.#statements.receivers.all());
    return rows.map((row) => ({
      ...stateOf(row),
      waiting: Number(row.waiting),
      dead: Number(row.dead),
      oldest: row.oldest === null ? null : Number(row.oldest),
    }));
  }

  pruneDeadLetters(before: number, limit: number): Promise<number> {
    return this.#access.write(() => Number(this.#statements.prune.run(before, limit).changes));
  }

  /** Out of the way of others, a bounded number at a time. */
  #postponeFollowers(
    receiver: string,
    { now, limit }: DueQuery,
    postponed: ReadonlyMap<string, number>,
  ): Promise<void> {
    return this.#access.write(() => {
      let left = limit;
      for (const [user, until] of postponed) {
        if (left <= 0) break;
        const { changes } = this.#statements.postponeFollowers.run({ receiver, user, until, now, limit: left });
        left -= Number(changes);
      }
    });
  }

  /** What needs the claim is written by statements that look for it. */
  #settle(holder: string, { receiver, delivered, postponed, dead, state }: Settlement): void {
    const s = this.#statements;
    for (const { id, userId } of delivered) s.delivered.run(id, userId);
    for (const { delivery, dueAt, counts } of postponed) {
      s.postpone.run(dueAt, counts ? 1 : 0, delivery.id, holder, receiver);
    }
    for (const { delivery, answer, at } of dead) s.bury.run(at, answer, delivery.id, holder, receiver);
    if (state === undefined) return;
    const { failures, dueAt, disabledAt, disabledAddress, answer } = state;
    s.saveState.run(failures, dueAt, disabledAt, disabledAddress, answer, holder, receiver);
  }
}
