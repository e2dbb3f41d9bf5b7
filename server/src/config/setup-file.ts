import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { ConfigError } from './config-error.ts';
import type { Environment } from './env.ts';
import { JsonError, parseJson } from './json.ts';
import { fillIn, type Setup } from './setup.ts';
import { setupConflicts } from './setup-checks.ts';
import { describeProblem, isSetupFile } from './setup-problem.ts';
import { resolveSecrets } from './setup-secrets.ts';

const MAX_BYTES = 16 * 1024 * 1024;

/** Reads and checks a setup file. Throws `ConfigError` at the first fault. */
export function readSetup(path: string, env: Environment): Setup {
  return parseSetup(readText(path), env, basename(path));
}

/** Checks the text of a setup file; `name` begins each message. Throws `ConfigError` at the first fault. */
export function parseSetup(text: string, env: Environment, name: string): Setup {
  const value = parseValue(text, name);
  if (!isSetupFile(value)) {
    throw new ConfigError(`${name}: ${describeProblem(value)}`);
  }
  const setup = fillIn(resolveSecrets(value, env, name));
  for (const conflict of setupConflicts(setup)) {
    throw new ConfigError(`${name}: ${conflict}`);
  }
  return setup;
}

function readText(path: string): string {
  let bytes: Buffer | undefined;
  try {
    // A pipe has no size yet, so the bytes read are looked at as well.
    bytes = statSync(path).size > MAX_BYTES ? undefined : readFileSync(path);
  } catch (error) {
    throw new ConfigError(`the setup file ${path} cannot be read: ${reason(error)}`, error);
  }
  if (bytes === undefined || bytes.length > MAX_BYTES) {
    throw new ConfigError(`the setup file ${path} is larger than 16 MB`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigError(`the setup file ${path} is not UTF-8 text`, error);
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const words: Record<string, string> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EACCES: 'permission is denied',
    EISDIR: 'it is a folder',
  };
  return words[code] ?? code;
}

function parseValue(text: string, name: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) {
      throw new ConfigError(`${name}: line ${error.line}, column ${error.column} ${error.message}`);
    }
    throw error;
  }
}
