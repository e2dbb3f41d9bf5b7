import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../../app/ports/store.ts';
import { classify, type Failure } from './failures.ts';
import type { Statements } from './statements.ts';

const FAILED = 'the database failed; restart to recover';

/** How the store reads and writes: what fails for good stops all writes until a restart, whoever met it. */
export class Access {
  readonly #db: DatabaseSync;
  readonly #statements: Pick<Statements, 'begin' | 'commit' | 'rollback'>;
  readonly #onBegin: () => void;
  readonly #onCommit: () => void;
  #failure: StoreUnavailable | null = null;

  /**
   * @param onBegin called when nobody else can write any more, before the work of a transaction
   * @param onCommit called after each transaction
   */
  constructor(db: DatabaseSync, statements: Statements, onBegin: () => void, onCommit: () => void) {
    this.#db = db;
    this.#statements = statements;
    this.#onBegin = onBegin;
    this.#onCommit = onCommit;
  }

  /** Why nothing is written any more, if so. */
  get failure(): StoreUnavailable | null {
    return this.#failure;
  }

  /**
   * Runs `work` in one transaction; everything in it is synchronous, so nothing can come between. `done` follows the
   * commit before anybody else can read.
   */
  async write<T>(work: () => T, done?: () => void): Promise<T> {
    if (this.#failure !== null) throw this.#failure;
    let result: T;
    try {
      this.#statements.begin.run();
      this.#onBegin();
      result = work();
      this.#statements.commit.run();
    } catch (error) {
      this.#rollBack();
      throw this.note(error).error;
    }
    done?.();
    this.#onCommit();
    return result;
  }

  read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  /** What another thread reads. */
  async readElsewhere<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  /** Nothing is written any more. */
  fail(reason: string, cause: unknown): void {
    this.#failure ??= new StoreUnavailable(reason, cause);
  }

  /** What an error means, with its consequence. */
  note(error: unknown): Failure {
    const failure = classify(error);
    if (failure.lasting) this.fail(FAILED, error);
    return failure;
  }

  /** Damage that a read meets stops all writes as well. */
  #unreadable(error: unknown): unknown {
    const failure = this.note(error);
    return failure.error instanceof StoreUnavailable ? failure.error : error;
  }

  #rollBack(): void {
    try {
      if (this.#db.isTransaction) this.#statements.rollback.run();
    } catch (error) {
      this.fail('the database could not roll back; restart to recover', error);
    }
  }
}
