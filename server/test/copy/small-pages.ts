import { copy } from '../../src/cli/copy.ts';
import { readEnv } from '../../src/config/env.ts';
import { copyDatabase } from '../../src/server/copy.ts';

/**
 * `tessera copy` with pages of a few rows, so that there are many moments to interrupt it at. Tells its parent when the
 * first page of each stage is done.
 *
 * Usage: `node small-pages.ts --from URL --to URL`
 */
const stages = new Set<string>();
process.exitCode = await copy(
  process.argv.slice(2),
  { stdout: process.stdout, stderr: process.stderr, env: readEnv(), signals: process },
  (options, { onStep = () => {}, ...parts }) =>
    copyDatabase(options, {
      ...parts,
      pageSize: { rows: 3, bytes: 100_000 },
      onStep: (step) => {
        if (!stages.has(step.kind)) process.send?.(step.kind);
        stages.add(step.kind);
        return onStep(step);
      },
    }),
);
if (process.connected) process.disconnect();
