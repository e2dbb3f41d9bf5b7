import { ConfigError } from './config-error.ts';
import type { Environment } from './env.ts';
import type { ResolvedFile } from './setup.ts';
import { describeProblem, isSetupFile, memberPath } from './setup-problem.ts';
import type { SetupFile } from './setup-schema.ts';

/**
 * Replaces each `{ "env": "NAME" }` by the variable's value, which must fit like one written in the file.
 * Throws `ConfigError` that names the member and the variable, never the value.
 */
export function resolveSecrets(file: SetupFile, env: Environment, name: string): ResolvedFile {
  const origins = new Map<string, string>();
  const resolve = (value: unknown, pointer: string): unknown => {
    if (Array.isArray(value)) {
      return value.map((element, index) => resolve(element, `${pointer}/${index}`));
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    // Only a secret may be an object with this member.
    if ('env' in value && typeof value.env === 'string') {
      origins.set(memberPath(pointer), value.env);
      return readSecret(value.env, env, `${name}: ${memberPath(pointer)}`);
    }
    return Object.fromEntries(
      Object.entries(value).map(([member, inner]) => [member, resolve(inner, `${pointer}/${member}`)]),
    );
  };
  const resolved = resolve(file, '');
  if (!isSetupFile(resolved)) {
    const problem = describeProblem(resolved);
    const variable = origins.get(problem.split(' ', 1)[0] ?? '');
    throw new ConfigError(`${name}: ${problem}, which the variable ${variable} does not hold`);
  }
  return resolved as ResolvedFile;
}

function readSecret(variable: string, env: Environment, place: string): string {
  const value = env[variable];
  if (value === undefined || value === '') {
    const state = value === undefined ? 'not set' : 'empty';
    throw new ConfigError(`${place} names the variable ${variable}, which is ${state}`);
  }
  return value;
}
