import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import { success } from './envelope.ts';

/** Milliseconds. */
const STEP = 50;

/** Waits until a whole number of steps has passed. @param startedAt by `performance.now()` */
export function endOfStep(startedAt: number): Promise<void> {
  return sleep(STEP - ((performance.now() - startedAt) % STEP));
}

/**
 * Ends, well or not, a whole number of steps after it began: what is written for a user who exists takes time, which a
 * caller with a clock would see.
 */
export async function inWholeSteps<T>(work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await work();
  } finally {
    await endOfStep(startedAt);
  }
}

/**
 * The same answer, as late, whoever has the address or number and whatever state that user is in.
 *
 * @param unsent what is answered, as JSON, when there is nobody to send anything to
 */
export function hidingOutcome(send: () => Promise<Answer>, unsent: () => string): Promise<Answer> {
  return inWholeSteps(async () => {
    try {
      return await send();
    } catch (error) {
      const tells = error instanceof DomainError && ['not_found', 'failed_precondition'].includes(error.code);
      if (!tells) throw error;
      return success(200, unsent());
    }
  });
}
