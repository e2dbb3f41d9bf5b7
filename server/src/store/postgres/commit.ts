import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchChanges, type Snapshot, StoreUnavailable, type Wants } from '../../app/ports/store.ts';
import { batchFailure, failureOf } from './failures.ts';
import { Loaded, type Needs, readCalls } from './loaded.ts';
import type { PostgresPool, Session } from './pool.ts';
import type { Records } from './records.ts';
import { COMMIT, ROLLBACK } from './statements.ts';
import { writeCalls } from './writes.ts';

/** How often a batch is begun anew because other processes were faster. */
const ATTEMPTS = 6;
/** Longest pause before that, in milliseconds, times the number of the attempt. */
const PAUSE = 4;

type Decide = (snapshot: Snapshot) => BatchChanges | null;

/**
 * Commits one batch: one round trip to lock and read, one to write and commit, whatever its size. Claims and answers
 * are settled by the constraints of their tables; a batch that loses one begins anew and decides with it in sight.
 *
 * @throws StoreUnavailable the outcome is unknown or nothing
 * @throws BatchFailed nothing was written, and the reason may lie in one command
 */
export async function commitBatch(pool: PostgresPool, records: Records, wants: Wants, decide: Decide): Promise<void> {
  try {
    await pool.use(async (session) => {
      let needs: Needs = { wants, claims: new Set(), answers: new Set() };
      for (let attempt = 1; ; attempt += 1) {
        const lost = await attemptBatch(session, records, needs, decide);
        if (lost === null) return;
        await session.pipeline([[ROLLBACK]]);
        if (attempt === ATTEMPTS) throw lost.error;
        needs = lost.needs;
        await sleep(Math.random() * PAUSE * attempt);
      }
    });
  } catch (error) {
    throw batchFailure(error);
  }
}

interface Lost {
  readonly error: unknown;
  /** What the next attempt looks up as well. */
  readonly needs: Needs;
}

/** @returns `null` when the batch is committed, or nothing was to be written */
async function attemptBatch(session: Session, records: Records, needs: Needs, decide: Decide): Promise<Lost | null> {
  let next = needs;
  try {
    const loaded = new Loaded(needs, await session.pipeline(readCalls(needs)), records);
    if (!loaded.isWhole) return { error: new StoreUnavailable('claims do not come to rest', null), needs };
    const changes = decide(loaded);
    if (changes === null) {
      await session.pipeline([[ROLLBACK]]);
      return null;
    }
    const given = changes.answers.map(({ key }) => key);
    next = {
      wants: needs.wants,
      claims: new Set([...needs.claims, ...loaded.assumedFree, ...changes.claimsAdded.keys()]),
      answers: new Set([...needs.answers, ...given]),
    };
    const replaced = given.filter((key) => loaded.answer(key) !== null);
    const results = await session.pipeline([
      ...writeCalls(changes, { replaced, mark: loaded.mark, records }),
      [COMMIT],
    ]);
    // The database answers so when the transaction had failed before, which is a fault of ours.
    if (results.at(-1)?.command !== 'COMMIT') throw new Error('the transaction was not committed');
    return null;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === 'conflict' || failure === 'victim') return { error, needs: next };
    throw error;
  }
}
