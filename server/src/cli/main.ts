import { readFileSync } from 'node:fs';
import { type Environment, readEnv } from '../config/env.ts';
import { copy } from './copy.ts';
import { copyHelp, GENERAL_HELP, serveHelp, webhooksHelp } from './help.ts';
import type { ProgressOutput } from './progress.ts';
import { type Output, type SignalSource, serve } from './serve.ts';
import { webhooks } from './webhooks.ts';

/** What the command line touches of its process. */
export interface Terminal {
  readonly stdout: ProgressOutput;
  readonly stderr: Output;
  readonly env: Environment;
  readonly signals: SignalSource;
}

/** Runs one command to its end and answers the exit code. Faults are one sentence on standard error, never a stack. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [command = 'help', ...rest] = args;
  const asksHelp = rest.some((arg) => arg === '--help' || arg === '-h');
  switch (command) {
    case 'serve':
      return asksHelp ? print(terminal, serveHelp()) : serve(rest, terminal);
    case 'copy':
      return asksHelp ? print(terminal, copyHelp()) : copy(rest, terminal);
    case 'webhooks':
      return asksHelp ? print(terminal, webhooksHelp()) : webhooks(rest, terminal);
    case 'help':
    case '--help':
    case '-h':
      return help(rest, terminal);
    case 'version':
    case '--version':
    case '-v':
      return print(terminal, `tessera ${version()}\n`);
    default:
      return fail(terminal, `unknown command ${JSON.stringify(command)}: try "tessera help"`);
  }
}

function help([topic]: readonly string[], terminal: Terminal): number {
  switch (topic) {
    case undefined:
      return print(terminal, GENERAL_HELP);
    case 'serve':
      return print(terminal, serveHelp());
    case 'copy':
      return print(terminal, copyHelp());
    case 'webhooks':
      return print(terminal, webhooksHelp());
    default:
      return fail(terminal, `no help about ${JSON.stringify(topic)}: try "tessera help"`);
  }
}

function print({ stdout }: Terminal, text: string): number {
  stdout.write(text);
  return 0;
}

function fail({ stderr }: Terminal, sentence: string): number {
  stderr.write(`tessera: ${sentence}\n`);
  return 1;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}

/** Runs the command line of this process and lets the process end. */
export async function runProcess(): Promise<void> {
  // A reader that goes away must not take the server with it.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  process.exitCode = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    env: readEnv(),
    signals: process,
  });
  // Ends by itself once nothing is left to do; whatever is left must not keep it.
  setTimeout(() => process.exit(), 200).unref();
}

if (import.meta.main) {
  await runProcess();
}
