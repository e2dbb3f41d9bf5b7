import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { COPY_LOG } from './log.ts';
import { SETTINGS } from './open.ts';
import { type Cause, causeOf } from './thread-error.ts';

/** `null`: what could be copied was. */
export type CheckpointAnswer = Cause | null;
export type CheckpointOrder = 'copy' | 'close';

/** Milliseconds to wait for the file, which only a recovery after a crash keeps from this thread. */
const BUSY_TIMEOUT = 500;

// The writer's settings, or the copy would not be flushed as its commits are.
const db = new DatabaseSync(String(workerData), { timeout: BUSY_TIMEOUT });
db.exec(`${SETTINGS} PRAGMA cache_size = -2048`);

parentPort?.on('message', (order: CheckpointOrder) => {
  if (order === 'copy') return parentPort?.postMessage(copy());
  db.close();
  parentPort?.close();
});

function copy(): CheckpointAnswer {
  try {
    db.exec(COPY_LOG);
    return null;
  } catch (error) {
    return causeOf(error);
  }
}
