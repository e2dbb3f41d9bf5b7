import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Delivery } from '../../app/ports/outbox.ts';
import type { Outcome } from '../../app/ports/sender.ts';
import type { Logger } from '../../logger.ts';

export interface MessageFilesOptions {
  /** Made when the first message is written. */
  readonly folder: string;
  /** Without a dot. */
  readonly extension: string;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Said in the log of each file. */
  readonly notice: string;
}

/** Messages in files instead, for whoever has configured nothing that could send them. */
export class MessageFiles {
  readonly #options: MessageFilesOptions;

  constructor(options: MessageFilesOptions) {
    this.#options = options;
  }

  /** Another try writes the same file. Names are in the order of the changes. */
  async write({ id, createdAt }: Delivery, kind: string, content: string | Buffer): Promise<Outcome> {
    const { folder, extension, logger, notice } = this.#options;
    const time = new Date(createdAt).toISOString().replaceAll(':', '-');
    const name = `${time}-${String(id).padStart(12, '0')}-${kind}.${extension}`;
    try {
      const file = await writePrivateFile(folder, name, content);
      logger.info({ kind, file }, notice);
      return { type: 'delivered' };
    } catch (err) {
      const code = err instanceof Error && 'code' in err ? err.code : 'unknown';
      logger.error({ err, folder }, 'a message could not be written to a file');
      return { type: 'failed', answer: `the file cannot be written (${code})`, isDown: true };
    }
  }
}

/**
 * Writes a file that only the server's own user may read. It appears whole or not at all, and is on disk when this
 * resolves.
 *
 * @returns its path
 */
async function writePrivateFile(folder: string, name: string, content: string | Buffer): Promise<string> {
  if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) await flushFolder(dirname(folder));
  const path = join(folder, name);
  const unfinished = join(folder, `.${name}.unfinished`);
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await flushFolder(folder);
  return path;
}

async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
