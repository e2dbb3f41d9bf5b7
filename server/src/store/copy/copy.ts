import { CopyDiffers, compare, type TableDigest } from './compare.ts';
import type { Source, Target } from './dump.ts';
import { fingerprintOf } from './fingerprint.ts';
import { pages } from './pages.ts';
import type { Progress } from './progress.ts';
import { refused } from './refusals.ts';
import { COPIED } from './tables.ts';

export type Step =
  /** Rows of the source that are copied, or compared. */
  | {
      readonly kind: 'copying' | 'checking';
      readonly table: string;
      readonly done: number;
      readonly total: number;
    }
  /** What an earlier copy left is used, or is not. */
  | { readonly kind: 'continued' | 'changed' };

export interface CopyOptions {
  /** Ends the copy after the page that is under way. */
  readonly signal?: AbortSignal;
  /** Waited for, so that nothing goes on in the meantime. */
  readonly onStep?: (step: Step) => void | Promise<void>;
}

/** The copy ended before its end, as it was asked to; the same command goes on from there. */
export class CopyStopped extends Error {
  constructor() {
    super('the copy was stopped');
    this.name = 'CopyStopped';
  }
}

/**
 * Copies an instance page by page, or goes on where an earlier copy of it ended, then compares both databases. Only then
 * can a server run on the target.
 *
 * @returns what was compared
 * @throws CopyStopped, CopyDiffers
 * @throws StoreRefused when the target holds a copy of something else
 */
export async function copyInstance(source: Source, target: Target, options: CopyOptions = {}): Promise<TableDigest[]> {
  const { signal, onStep = () => {} } = options;
  const step = async (made: Step): Promise<void> => {
    await onStep(made);
    if (signal?.aborted === true) throw new CopyStopped();
  };
  const counts = await source.counts();
  const begun = await begin(source, target, counts, step);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const copied = await copyTables(source, target, begun, { total, step });
  let done = 0;
  try {
    const digests = await compare(source, target, async (table, rows) => {
      done += rows;
      await step({ kind: 'checking', table, done, total });
    });
    await target.finish();
    return digests;
  } catch (error) {
    // What differs is not mended by going on: the next copy begins anew.
    if (error instanceof CopyDiffers) await target.note({ ...copied, contents: '' });
    throw error;
  }
}

async function begin(
  source: Source,
  target: Target,
  counts: ReadonlyMap<string, number>,
  step: (made: Step) => Promise<void>,
): Promise<Progress> {
  const { instance, contents } = await fingerprintOf(source, counts);
  const { progress } = target;
  if (progress !== null && progress.instance !== instance) {
    throw refused('the target holds an unfinished copy of another instance; empty it first');
  }
  if (progress?.contents === contents) {
    await step({ kind: 'continued' });
    return progress;
  }
  if (progress !== null) await step({ kind: 'changed' });
  const [first] = COPIED;
  const begun: Progress = { instance, contents, table: first?.name ?? null, after: null, rows: 0 };
  await target.begin(begun);
  return begun;
}

async function copyTables(
  source: Source,
  target: Target,
  begun: Progress,
  { total, step }: { readonly total: number; readonly step: (made: Step) => Promise<void> },
): Promise<Progress> {
  let progress = begun;
  while (progress.table !== null) {
    const index = COPIED.findIndex(({ name }) => name === progress.table);
    const table = COPIED[index];
    if (table === undefined) throw refused('the target holds a copy that another version of Tessera began; empty it');
    for await (const { rows, end } of pages(source, table, progress.after)) {
      progress = { ...progress, after: end, rows: progress.rows + rows.length };
      await target.append(table, rows, progress);
      await step({ kind: 'copying', table: table.name, done: progress.rows, total });
    }
    progress = { ...progress, table: COPIED[index + 1]?.name ?? null, after: null };
  }
  return progress;
}
