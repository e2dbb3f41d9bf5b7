import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CredentialPage, CredentialQuery } from '../../../app/ports/credential-list.ts';
import type { SignUpQuery, SignUps, UserQuery } from '../../../app/ports/user-list.ts';
import { type Cause, causeOf } from '../thread-error.ts';
import { listCredentials } from './credential-lister.ts';
import { type FoundPage, Lister } from './lister.ts';
import { countSignUps } from './sign-ups.ts';

export type Query = UserQuery | CredentialQuery | SignUpQuery;
export type Page = FoundPage | CredentialPage | SignUps;

export type ReaderAnswer =
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'error'; readonly cause: Cause };

/** Milliseconds to wait for the file, which only a recovery after a crash keeps from readers. */
const BUSY_TIMEOUT = 500;

/** Of the thread, as `nice` has it: updates go first where both want a processor. */
const PRIORITY = 15;

giveWay();
const db = new DatabaseSync(String(workerData), { readOnly: true, timeout: BUSY_TIMEOUT });
db.exec('PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -262144');
const lister = new Lister(db);

parentPort?.on('message', (query: Query) => parentPort?.postMessage(answerOf(query)));

function answerOf(query: Query): ReaderAnswer {
  try {
    return { kind: 'page', page: pageOf(query) };
  } catch (error) {
    return { kind: 'error', cause: causeOf(error) };
  }
}

function pageOf(query: Query): Page {
  if ('kind' in query) return listCredentials(db, query);
  return 'signUpsOf' in query ? countSignUps(db, query) : lister.list(query);
}

/** Linux knows threads as it knows processes; elsewhere all of this one are alike. */
function giveWay(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), PRIORITY);
  } catch {
    // Lists are made all the same.
  }
}
