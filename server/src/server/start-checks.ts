import { mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { ConfigError } from '../config/config-error.ts';

/**
 * Makes the data folder, for its owner only, and the folders above it.
 *
 * @throws ConfigError when something else bears its name, or it cannot be made
 */
export function makeDataFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' || code === 'ENOTDIR') throw new ConfigError(`the data folder ${path} is not a folder`);
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new ConfigError(`the data folder ${path} cannot be made: permission is denied`);
    }
    throw new ConfigError(`the data folder ${path} cannot be made`, error);
  }
}

// Not by `recursive`, which never comes to an end where nothing can be made, such as below /proc.
function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found === undefined) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/**
 * Finds out whether the address can be listened on, before anything is made: a first start that fails afterwards would
 * leave a database behind whose first screen nobody has seen.
 */
export function tryAddress(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen({ host, port }, () => probe.close(() => resolve()));
  });
}
