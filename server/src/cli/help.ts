import { COPY_OPTIONS } from '../config/copy-options.ts';
import type { OptionRow } from '../config/given.ts';
import { SERVE_OPTIONS } from '../config/options.ts';
import { WEBHOOKS_OPTIONS } from '../config/webhooks-options.ts';

export const GENERAL_HELP = `Tessera is a user directory: one record per person, read and changed through several APIs.

Usage: tessera <command>

  serve       run the server ("tessera help serve" lists its options)
  copy        copy all data to another database ("tessera help copy")
  webhooks    what waits to be sent, and sending it again ("tessera help webhooks")
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

PostgreSQL: postgres://USER:PASSWORD@HOST:PORT/DATABASE, or ?host=FOLDER for a Unix socket; special characters are
written as in %23 for #. Options can be seen by others on the machine, so a password belongs into the variable or, left
out of the address, into PGPASSWORD. The connection is encrypted only when the parameter sslmode asks for it:

  disable       not encrypted (the default): for this machine, or a network you trust
  require       the same as verify-full
  verify-ca     the server has a certificate of the authority in sslrootcert
  verify-full   and it is for HOST; without sslrootcert, of any authority that Node.js trusts

sslrootcert, sslcert and sslkey name PEM files; the last two are this server's own certificate and key.

Examples:

  tessera serve
  tessera serve --port 0 --data /var/lib/tessera
  tessera serve --host 0.0.0.0 --public-url https://id.example.com --setup /etc/tessera/setup.json
  TESSERA_DATABASE_URL='postgres://tessera@db.example.com/tessera?sslmode=verify-full' tessera serve

The setup file is described in docs/setup.md.
`;
}

/** The help text of `copy`. */
export function copyHelp(): string {
  const rows: readonly OptionRow[] = Object.values(COPY_OPTIONS);
  return `Usage: tessera copy --from URL --to URL

Copies an instance to another database, SQLite or PostgreSQL in either direction, then reads both and compares every row.
The target must be empty. It stays unusable for servers until all was found equal; the exit code is 0 only then.

The source must not be in use meanwhile. A SQLite file is locked, so stop its server first. On a PostgreSQL, servers that
run wait with their writes and then refuse them (503) until the copy ends, and none can start; stop them too, since what
they write to the source after the copy is not in it. The source itself is not changed.

Interrupted, by Ctrl-C, a kill or a database that went away, it is continued by the same command. When the source has
changed since, the copy begins anew.

The instance key is not in the database. Take instance.key of the old data folder, or TESSERA_KEY, along.

Options (each may also be given as the environment variable beside it; the option wins):

${rows.flatMap(describe).join('\n')}

URLs are those of "tessera help serve". Options can be seen by others on the machine, so a password belongs into the
variables or, left out of the address, into PGPASSWORD.

Examples:

  tessera copy --from sqlite:/var/lib/tessera/tessera.db --to postgres://tessera@db.example.com/tessera
  TESSERA_COPY_TO='postgres://tessera:...@db.example.com/tessera' tessera copy --from sqlite:data/tessera.db
`;
}

/** The help text of `webhooks`. */
export function webhooksHelp(): string {
  const { database, data, ...rest } = WEBHOOKS_OPTIONS.replay;
  const rows: readonly OptionRow[] = [database, data, ...Object.values(rest)];
  return `Usage: tessera webhooks list [--json]
       tessera webhooks retry --receiver ID
       tessera webhooks replay --receiver ID --since TIME [--until TIME] [--user ID]

Looks at what waits to leave the server, and has it sent again. Works beside running servers, which do the sending.

  list      all receivers: what waits, since when, what was given up (dead), how they are doing, and their last answer
            that was not a success. --json for programs
  retry     sends what was given up after all, in its old order, and opens a receiver that said it is gone (410)
  replay    sends events of the past again, to a receiver that is told of events, in the order in which they happened

What is given up is kept for 30 days.

Options (each may also be given as the environment variable beside it; the option wins):

${rows.flatMap(describe).join('\n')}

Examples:

  tessera webhooks list
  tessera webhooks retry --receiver webhook:300000000000000001:crm
  tessera webhooks replay --receiver webhook:300000000000000001:crm --since 2026-01-15
`;
}

function describe(row: OptionRow): string[] {
  const option = row.option === undefined ? '(variable only)' : `${row.option} ${row.value}`;
  return [`  ${option.padEnd(44)}${row.variable.padEnd(38)}default ${row.default}`, `      ${row.help}`];
}
