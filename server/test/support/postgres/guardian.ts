import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Runs beside a cluster: when the process that started it is gone, in whatever way, stops PostgreSQL and removes its
 * files. Standard input is held open by that process and ends with it.
 *
 * Usage: `node guardian.ts FOLDER PG_CTL [UID GID]`
 */
const [folder = '', control = '', uid, gid] = process.argv.slice(2);

process.stdin.once('end', cleanUp).once('error', cleanUp).resume();

async function cleanUp(): Promise<void> {
  const runAs = uid === undefined ? {} : { uid: Number(uid), gid: Number(gid) };
  try {
    execFileSync(control, ['stop', '-D', join(folder, 'data'), '-m', 'immediate'], {
      ...runAs,
      cwd: '/',
      stdio: 'ignore',
    });
  } catch {
    // It was not running.
  }
  // A start that was interrupted may still be writing files, or removing them.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
