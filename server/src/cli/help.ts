import { type OptionRow, SERVE_OPTIONS } from '../config/options.ts';

export const GENERAL_HELP = `Tessera is a user directory: one record per person, read and changed through several APIs.

Usage: tessera <command>

  serve       run the server ("tessera help serve" lists its options)
  help        this text
  --version   the version

Try it:  tessera serve
`;

/** The help text of `serve`, with its table of options, variables and defaults. */
export function serveHelp(): string {
  const rows: readonly OptionRow[] = Object.values(SERVE_OPTIONS);
  return `Usage: tessera serve [options]

Runs the server until SIGTERM or SIGINT. All APIs share one port. The line "tessera listening on http://HOST:PORT" on
standard output says that it is ready; GET /readyz answers 200 from then on.

The first start with an empty database and no setup file makes an organization, its administrators, a client for each
API and a sample user, and prints a command for each API to try.

Options (each may also be given as the environment variable beside it; the option wins):

${rows.flatMap(describe).join('\n')}

Examples:

  tessera serve
  tessera serve --port 0 --data /var/lib/tessera
  tessera serve --host 0.0.0.0 --public-url https://id.example.com --setup /etc/tessera/setup.json

The setup file is described in docs/setup.md.
`;
}

function describe(row: OptionRow): string[] {
  const option = row.option === undefined ? '(variable only)' : `${row.option} ${row.value}`;
  return [`  ${option.padEnd(24)}${row.variable.padEnd(26)}default ${row.default}`, `      ${row.help}`];
}
