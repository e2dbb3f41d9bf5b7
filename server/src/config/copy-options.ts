import { resolve } from 'node:path';
import { ConfigError } from './config-error.ts';
import type { Environment } from './env.ts';
import { type OptionRow, parseGiven, readGiven } from './given.ts';
import { type Database, parseDatabase } from './option-values.ts';

export interface CopyOptions {
  readonly from: Database;
  readonly to: Database;
}

export const COPY_OPTIONS = {
  from: {
    option: '--from',
    variable: 'TESSERA_COPY_FROM',
    value: 'URL',
    default: 'none',
    help: 'The database to copy: sqlite:PATH or postgres://...',
  },
  to: {
    option: '--to',
    variable: 'TESSERA_COPY_TO',
    value: 'URL',
    default: 'none',
    help: 'An empty database, or one with an unfinished copy of the same source.',
  },
} as const satisfies Record<string, OptionRow>;

/** One connection each, and one more to make the tables; pages are small, but a busy disk may be slow. */
const LIMITS = { poolSize: 2, statementTimeout: 600_000, patience: 0 };

/**
 * Reads the options of `copy`; an option wins over its variable.
 *
 * @throws ConfigError one sentence for the operator, without any password
 */
export function readCopyOptions(args: readonly string[], env: Environment): CopyOptions {
  const given = readGiven('copy', COPY_OPTIONS, { args, env });
  // For a bare `sqlite:`, which is the file that `serve` would use.
  const dataDir = resolve(env.TESSERA_DATA_DIR ?? 'data');
  const value = (name: keyof typeof COPY_OPTIONS): Database => {
    const database = parseGiven(given(name), (text) => parseDatabase(text, dataDir, LIMITS));
    if (database !== undefined) return database;
    const { option, variable } = COPY_OPTIONS[name];
    throw new ConfigError(`${option} or ${variable} must name a database: try "tessera help copy"`);
  };
  return { from: value('from'), to: value('to') };
}
