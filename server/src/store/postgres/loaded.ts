import type { QueryResult } from 'pg';
import type { Snapshot, StoredAnswer, Wants } from '../../app/ports/store.ts';
import type { User } from '../../core/user/user.ts';
import { integerArray, textArray } from './arrays.ts';
import type { Call } from './pool.ts';
import type { Records } from './records.ts';
import { READS } from './statements.ts';

/** What a batch wants, and what an attempt before this one has shown that it needs besides. */
export interface Needs {
  readonly wants: Wants;
  readonly claims: ReadonlySet<string>;
  readonly answers: ReadonlySet<string>;
}

/** The reads of a batch, all in one round trip; what is not wanted is not asked for. */
export function readCalls(needs: Needs): Call[] {
  return [['BEGIN'], [READS.shareConfiguration], ...wantedReads(needs).map(([, call]) => call()), [READS.revision]];
}

type Wanted = 'users' | 'callers' | 'claims' | 'answers' | 'deferred';

/** In this order: what is read after the users were locked is what was true when they were. */
function wantedReads({ wants, claims, answers }: Needs): [Wanted, () => Call][] {
  const reads: [Wanted, number, () => Call][] = [
    [
      'users',
      wants.users.size + wants.claims.size,
      () => [READS.lockUsers, [textArray([...wants.users]), textArray([...wants.claims])]],
    ],
    ['callers', wants.callers.size, () => [READS.callers, [textArray([...wants.callers])]]],
    ['claims', wants.claims.size + claims.size, () => [READS.claims, [textArray([...wants.claims, ...claims])]]],
    ['answers', wants.answers.size + answers.size, () => [READS.answers, [textArray([...wants.answers, ...answers])]]],
    [
      'deferred',
      wants.deferred.size,
      () => [READS.lockDeferred, [textArray([...wants.deferred.values()]), integerArray([...wants.deferred.keys()])]],
    ],
  ];
  return reads.filter(([, size]) => size > 0).map(([name, , call]) => [name, call]);
}

/** The database as a batch found it, under its locks. */
export class Loaded implements Snapshot {
  readonly revision: number;
  /**
   * What the batch's events are marked with, for the feed to be read in that order: the number of the transaction. It
   * was given before locks were waited for, so a user may have later events already; then it is the mark of those.
   */
  readonly mark: string;
  /** Claims that were taken for free without having been looked up. */
  readonly assumedFree = new Set<string>();
  readonly #users: ReadonlyMap<string, User>;
  readonly #claims: ReadonlyMap<string, string>;
  readonly #lookedUp: ReadonlySet<string>;
  readonly #answers: ReadonlyMap<string, StoredAnswer>;
  readonly #deferred: ReadonlySet<number>;
  /** Whether the users that hold the wanted claims are among those that were locked. */
  readonly isWhole: boolean;

  constructor(needs: Needs, results: readonly QueryResult[], records: Records) {
    const rowsOf = new Map(wantedReads(needs).map(([name], index) => [name, results[index + 2]?.rows ?? []]));
    const rows = (name: Wanted) => rowsOf.get(name) ?? [];
    const [state] = results.at(-1)?.rows ?? [];
    const locked = rows('users');
    const users = new Map<string, User>();
    for (const row of [...rows('callers'), ...locked]) users.set(row.id, records.read(row.id, row.document));
    this.#users = users;
    this.#claims = new Map(rows('claims').map((row) => [row.key, row.user_id]));
    this.#lookedUp = new Set([...needs.wants.claims, ...needs.claims]);
    this.#answers = new Map(rows('answers').map((row) => [row.key, answerOf(row)]));
    this.#deferred = new Set(rows('deferred').map((row) => Number(row.id)));
    this.revision = Number(state.revision ?? 0);
    this.mark = String(Math.max(...locked.map((row) => Number(row.tx)), Number(state.tx)));
    const lockedIds = new Set(locked.map((row) => row.id));
    this.isWhole = [...needs.wants.claims].every((key) => {
      const holder = this.#claims.get(key);
      return holder === undefined || lockedIds.has(holder);
    });
  }

  user(id: string): User | null {
    return this.#users.get(id) ?? null;
  }

  claimHolder(key: string): string | null {
    if (!this.#lookedUp.has(key)) this.assumedFree.add(key);
    return this.#claims.get(key) ?? null;
  }

  answer(key: string): StoredAnswer | null {
    return this.#answers.get(key) ?? null;
  }

  isDeferred(id: number): boolean {
    return this.#deferred.has(id);
  }
}

function answerOf(row: Record<string, unknown>): StoredAnswer {
  return {
    key: String(row.key),
    fingerprint: String(row.fingerprint),
    payload: String(row.payload),
    sealed: Number(row.sealed) === 1,
    expiresAt: Number(row.expires_at),
  };
}
