import { parseArgs } from 'node:util';
import { ConfigError } from './config-error.ts';
import type { Environment } from './env.ts';
import { ValueError } from './value-error.ts';

/** One row of the table of options. Secrets and lists of a deployment have a variable only. */
export interface OptionRow {
  readonly option?: string;
  readonly variable: string;
  /** What the value is, for the help text. */
  readonly value: string;
  readonly default: string;
  readonly help: string;
}

export interface Given {
  /** The option or the variable that brought the value. */
  readonly source: string;
  readonly text: string;
}

/**
 * Finds what was given for each row of a command's options; an option wins over its variable.
 *
 * @param mayBeEmpty rows whose variable may be set to nothing
 * @throws ConfigError at an unknown option; the result, at an empty variable
 */
export function readGiven<Name extends string>(
  command: string,
  rows: Readonly<Record<Name, OptionRow>>,
  { args, env }: { readonly args: readonly string[]; readonly env: Environment },
  mayBeEmpty: readonly NoInfer<Name>[] = [],
): (name: Name) => Given | undefined {
  const given = readArguments(command, rows, args);
  return (name) => given.get(name) ?? readVariable(rows[name].variable, env, mayBeEmpty.includes(name));
}

/** @throws ConfigError that names the option or variable of an unfit value */
export function parseGiven<T>(given: Given | undefined, parse: (text: string) => T): T | undefined {
  if (given === undefined) {
    return undefined;
  }
  try {
    return parse(given.text);
  } catch (error) {
    if (error instanceof ValueError) {
      throw new ConfigError(`${given.source} ${error.message}`);
    }
    throw error;
  }
}

// Not in `strict` mode, whose messages run over several sentences; the tokens say all that it would refuse.
function readArguments<Name extends string>(
  command: string,
  rows: Readonly<Record<Name, OptionRow>>,
  args: readonly string[],
): ReadonlyMap<Name, Given> {
  const names = (Object.entries(rows) as [Name, OptionRow][]).flatMap(([name, { option }]) =>
    option === undefined ? [] : [{ name, option }],
  );
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries(names.map(({ option }) => [option.slice(2), { type: 'string' as const }])),
  });
  const given = new Map<Name, Given>();
  for (const token of tokens) {
    if (token.kind !== 'option') {
      // Where an address is expected it may hold a password.
      const shown = token.kind === 'positional' ? token.value.replace(/^([a-z]+):.*$/is, '$1:...') : '--';
      throw new ConfigError(`unexpected argument ${JSON.stringify(shown)}: try "tessera help ${command}"`);
    }
    const known = names.find(({ option }) => option === token.rawName);
    if (known === undefined) {
      throw new ConfigError(`unknown option ${token.rawName}: try "tessera help ${command}"`);
    }
    if (token.value === undefined || token.value === '') {
      throw new ConfigError(`${token.rawName} needs a value`);
    }
    given.set(known.name, { source: token.rawName, text: token.value });
  }
  return given;
}

function readVariable(variable: string, env: Environment, mayBeEmpty: boolean): Given | undefined {
  const text = env[variable];
  // An empty variable is more often a secret that failed to arrive than a wish for the default.
  if (text === '' && !mayBeEmpty) {
    throw new ConfigError(`${variable} is empty: give it a value or unset it`);
  }
  return text === undefined ? undefined : { source: variable, text };
}
