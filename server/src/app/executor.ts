import { DomainError } from '../core/errors.ts';
import { Batch } from './batch.ts';
import type { BatchFacts } from './batch-facts.ts';
import { callerUserId } from './callers.ts';
import { type BatchChanges, BatchFailed, type Store, StoreUnavailable, type Wants } from './ports/store.ts';
import type { CommandSubmission, Receipt, Submission } from './submission.ts';

export interface ExecutorOptions {
  /** Most submissions in one transaction. */
  readonly batchSize?: number;
  /** Longest time for deciding one batch, since everything else waits meanwhile. */
  readonly batchMilliseconds?: number;
  /** Most submissions waiting; beyond it they are refused as overload. */
  readonly queueLimit?: number;
  /** Longest time in the queue, in milliseconds, for when the database stalls; beyond it they are refused as overload. */
  readonly patience?: number;
  /** Batches under way at once; as many as the store takes unless given. */
  readonly concurrency?: number;
  /** Brings the directory of the facts to the configuration that the database is at. */
  readonly refresh?: () => Promise<void>;
  /** Told of the receivers for which a batch left something, once it is on disk. */
  readonly onDeliveries?: (receivers: ReadonlySet<string>) => void;
}

/** How often a batch is begun anew because the configuration has changed. */
const REFRESHES = 5;

interface Waiting {
  readonly submission: Submission;
  readonly since: number;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Brings commands to the store: those that wait at the same moment share one transaction and one flush. Nobody gets
 * an answer before the transaction is on disk; a lone command never waits for company.
 */
export class Executor {
  readonly #store: Store;
  readonly #facts: () => BatchFacts;
  readonly #options: Required<ExecutorOptions>;
  #queue: Waiting[] = [];
  #running = 0;
  /** Submissions in the batches that run. */
  #underWay = 0;
  #scheduled = false;
  #idle: (() => void)[] = [];

  constructor(store: Store, facts: () => BatchFacts, options: ExecutorOptions = {}) {
    this.#store = store;
    this.#facts = facts;
    this.#options = {
      batchSize: 256,
      batchMilliseconds: 20,
      queueLimit: 4096,
      patience: 5_000,
      concurrency: store.concurrency,
      refresh: noRefresh,
      onDeliveries: () => {},
      ...options,
    };
  }

  /**
   * Executes one submission; resolves when its outcome is durable.
   *
   * @throws DomainError when it is refused, `overloaded` or `store_unavailable` included
   */
  submit(submission: Submission): Promise<Receipt> {
    const since = performance.now();
    const [first] = this.#queue;
    if (this.#queue.length >= this.#options.queueLimit || (first !== undefined && this.#isOverdue(first, since))) {
      return Promise.reject(overloaded());
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ submission, since, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when everything submitted so far has its outcome. */
  drained(): Promise<void> {
    if (this.#queue.length === 0 && this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /**
   * After the I/O of this turn of the event loop, so that requests that arrived together go together. While batches run
   * another begins only when as many wait as are under way: many small ones would take longer than few large ones.
   */
  #schedule(): void {
    if (this.#scheduled || this.#running >= this.#options.concurrency || this.#queue.length < this.#underWay) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#refuseOverdue();
    const batch = this.#queue.splice(0, this.#options.batchSize);
    if (batch.length > 0) {
      this.#running += 1;
      this.#underWay += batch.length;
      const tell = await this.#execute(batch);
      this.#running -= 1;
      this.#underWay -= batch.length;
      if (this.#store.isRemote && this.#queue.length > 0) {
        // The database has work again before those who are done are told, as writing their answers takes a while.
        void this.#run();
        setImmediate(tell);
        return;
      }
      tell();
    }
    if (this.#queue.length > 0) this.#schedule();
    else if (this.#running === 0) for (const done of this.#idle.splice(0)) setImmediate(done);
  }

  /** They are in the order of their arrival. */
  #refuseOverdue(): void {
    const now = performance.now();
    const fresh = this.#queue.findIndex((waiting) => !this.#isOverdue(waiting, now));
    for (const { reject } of this.#queue.splice(0, fresh < 0 ? this.#queue.length : fresh)) reject(overloaded());
  }

  #isOverdue({ since }: Waiting, now: number): boolean {
    return now - since > this.#options.patience;
  }

  /** @returns tells everybody in the batch what became of it */
  async #execute(batch: readonly Waiting[]): Promise<() => void> {
    let outcomes: (Receipt | Error)[];
    try {
      outcomes = await this.#commit(batch);
    } catch (error) {
      if (error instanceof BatchFailed && batch.length > 1) return this.#bisect(batch);
      return () => tellAll(batch, refusalOf(error));
    }
    const undecided = batch.slice(outcomes.length);
    if (outcomes.length > 0) this.#queue.unshift(...undecided);
    else tellAll(undecided, new Error('the store committed without a decision'));
    return () => {
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome instanceof Error) batch[index]?.reject(outcome);
        else batch[index]?.resolve(outcome);
      }
    };
  }

  /** Decides under the configuration that is in force when the batch reads, whoever changed it. */
  async #commit(batch: readonly Waiting[]): Promise<(Receipt | Error)[]> {
    const wants = wantsOf(batch);
    for (let attempt = 0; attempt <= REFRESHES; attempt += 1) {
      const facts = this.#facts();
      let outcomes: (Receipt | Error)[] | null = [];
      let deliveries: BatchChanges['deliveries'] = [];
      await this.#store.commit(wants, (snapshot) => {
        outcomes = null;
        deliveries = [];
        if (snapshot.revision !== facts.directory.revision) return null;
        const decided = new Batch(snapshot, facts);
        outcomes = this.#decide(batch, decided);
        const changes = decided.changes();
        ({ deliveries } = changes);
        return changes;
      });
      if (deliveries.length > 0) this.#options.onDeliveries(new Set(deliveries.map(({ receiver }) => receiver)));
      if (outcomes !== null) return outcomes;
      await this.#options.refresh();
    }
    throw new StoreUnavailable('the configuration does not come to rest', null);
  }

  /** Decides in the order of arrival until the time of a batch is up; what is left goes first in the next one. */
  #decide(batch: readonly Waiting[], decided: Batch): (Receipt | Error)[] {
    const outcomes: (Receipt | Error)[] = [];
    const deadline = performance.now() + this.#options.batchMilliseconds;
    for (const { submission } of batch) {
      outcomes.push(decided.process(submission));
      if (performance.now() > deadline) break;
    }
    return outcomes;
  }

  /** One poisoned command must not fail its neighbours: halves are tried alone until it stands alone. */
  async #bisect(batch: readonly Waiting[]): Promise<() => void> {
    const middle = Math.ceil(batch.length / 2);
    (await this.#execute(batch.slice(0, middle)))();
    return this.#execute(batch.slice(middle));
  }
}

function refusalOf(error: unknown): Error {
  if (error instanceof StoreUnavailable) return storeUnavailable(error);
  if (error instanceof BatchFailed && error.isTooLong) return new DomainError('value_invalid');
  return error instanceof Error ? error : new Error('not an error', { cause: error });
}

function tellAll(batch: readonly Waiting[], refusal: Error): void {
  for (const waiting of batch) waiting.reject(refusal);
}

function wantsOf(batch: readonly Waiting[]): Wants {
  const users = new Set<string>();
  const callers = new Set<string>();
  const claims = new Set<string>();
  const answers = new Set<string>();
  const deferred = new Map<number, string>();
  for (const { submission } of batch) {
    const callerId = callerUserId(submission.caller);
    if (callerId !== null) callers.add(callerId);
    if (submission.idempotency !== undefined) answers.add(submission.idempotency.key);
    if (submission.type === 'found') for (const member of submission.members) addMember(users, member);
    if (submission.type !== 'command') continue;
    if (submission.settles !== undefined) {
      const { id, queue, answerKey } = submission.settles;
      deferred.set(id, queue);
      if (answerKey !== undefined) answers.add(answerKey);
    }
    addMember(users, submission);
    if (submission.creation !== undefined) users.add(submission.creation.userId);
    if (submission.target.claim !== undefined) claims.add(submission.target.claim);
  }
  return { users, callers, claims, answers, deferred };
}

function addMember(users: Set<string>, { target, command }: Pick<CommandSubmission, 'target' | 'command'>): void {
  if (target.id !== undefined) users.add(target.id);
  if (typeof command !== 'function' && command.type === 'create-user') users.add(command.userId);
}

function overloaded(): DomainError {
  return new DomainError('overloaded', { retryAfter: 1 });
}

/** What a caller is told when the database cannot be used. */
export function storeUnavailable(cause: StoreUnavailable): DomainError {
  return new DomainError('store_unavailable', { retryAfter: 1, cause });
}

function noRefresh(): Promise<void> {
  return Promise.reject(new Error('the configuration has changed, and nothing keeps up with it'));
}
