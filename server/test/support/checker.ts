import { isDeepStrictEqual } from 'node:util';
import { instanceSettingsOf, OrganizationDirectory } from '../../src/app/directory.ts';
import type { Organization } from '../../src/core/organization.ts';
import { claimsOf } from '../../src/core/user/claims.ts';
import type { UserEvent } from '../../src/core/user/events.ts';
import { replay } from '../../src/core/user/evolve.ts';
import type { User } from '../../src/core/user/user.ts';
import { readDocument } from '../../src/store/documents.ts';
import { eventOf } from '../../src/store/rows.ts';
import { CREDENTIAL_COLUMNS, credentialRowsOf } from '../../src/store/search/credential-row.ts';
import { type Row, type Rows, withRows } from './rows.ts';
import {
  apartFindings,
  countFindings,
  metadataFindings,
  searchFindings,
  signatureFindings,
  trigramFindings,
} from './search-checker.ts';

export interface Contents {
  readonly users: ReadonlyMap<string, User>;
  readonly events: ReadonlyMap<string, readonly UserEvent[]>;
  readonly claims: ReadonlyMap<string, string>;
  /** Keys of stored idempotency answers. */
  readonly answers: number;
  readonly deferred: number;
  /** Every way in which the database contradicts itself; empty when it does not. */
  readonly findings: readonly string[];
}

/**
 * Reads a database from outside and holds it to what must always be true: histories fold to rows, sequences have no
 * gaps, claims are what the rows say, and the files are sound.
 *
 * @param url `sqlite:PATH` or `postgres://...`
 */
export function checkDatabase(url: string): Promise<Contents> {
  return withRows(url, async (rows) => {
    const findings = await rows.damage();
    const isFile = url.startsWith('sqlite:');
    // One moment of all tables, also while a server writes.
    await rows.query(isFile ? 'BEGIN' : 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const users = new Map<string, User>();
    for (const row of await rows.query('SELECT * FROM users')) {
      const user = readDocument(String(row.document));
      users.set(String(row.id), user);
      checkColumns(row, user, findings);
    }
    const events = await readEvents(rows);
    checkHistories(users, events, findings);
    await checkCredentials(rows, users, findings);
    findings.push(...(await searchFindings(rows, users)));
    findings.push(...(await metadataFindings(rows, users, isFile)));
    if (isFile) findings.push(...(await apartFindings(rows, users)));
    if (!isFile) findings.push(...(await signatureFindings(rows, users)));
    findings.push(...(await (isFile ? trigramFindings(rows, users) : countFindings(rows))));
    const claims = await readClaims(rows);
    checkClaims(users, claims, await directoryOf(rows), findings);
    const count = async (table: string) => Number((await rows.query(`SELECT count(*) AS n FROM ${table}`))[0]?.n);
    const [answers, deferred] = [await count('answers'), await count('deferred')];
    await rows.query('ROLLBACK');
    return { users, events, claims, answers, deferred, findings };
  });
}

function checkColumns(row: Row, user: User, findings: string[]): void {
  const columns = [row.id, row.organization_id, row.kind, row.state, row.username, row.sequence, row.version];
  const fields = [user.id, user.organizationId, user.kind, user.state, user.username, user.sequence, user.version];
  if (!isDeepStrictEqual(columns, fields)) findings.push(`columns of ${user.id} differ from its document`);
}

async function checkCredentials(rows: Rows, users: ReadonlyMap<string, User>, findings: string[]): Promise<void> {
  const columns = Object.keys(CREDENTIAL_COLUMNS);
  const stored = await rows.query(`SELECT ${columns.join(', ')} FROM user_credentials`);
  const lines = (all: readonly (readonly unknown[])[]) => all.map((row) => JSON.stringify(row.map(String))).sort();
  const wanted = lines([...users.values()].flatMap(credentialRowsOf));
  const found = lines(stored.map((row) => columns.map((column) => row[column])));
  if (!isDeepStrictEqual(found, wanted)) findings.push('listed keys and tokens are not those of the records');
}

async function readEvents(rows: Rows): Promise<Map<string, UserEvent[]>> {
  const events = new Map<string, UserEvent[]>();
  for (const row of await rows.query('SELECT * FROM events ORDER BY position')) {
    const event = eventOf(row);
    const history = events.get(event.userId);
    if (history === undefined) events.set(event.userId, [event]);
    else history.push(event);
  }
  return events;
}

function checkHistories(users: ReadonlyMap<string, User>, events: Map<string, UserEvent[]>, findings: string[]): void {
  for (const [id, history] of events) {
    if (!users.has(id)) findings.push(`events without a row: ${id}`);
    if (history.some(({ sequence }, index) => sequence !== index + 1)) findings.push(`gap in the sequence of ${id}`);
  }
  for (const [id, user] of users) {
    const folded = replay(events.get(id) ?? []);
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(folded)), user)) findings.push(`history of ${id} is not its row`);
  }
}

async function readClaims(rows: Rows): Promise<Map<string, string>> {
  const claims = await rows.query('SELECT key, user_id FROM claims');
  return new Map(claims.map((row) => [String(row.key), String(row.user_id)]));
}

function checkClaims(
  users: ReadonlyMap<string, User>,
  claims: ReadonlyMap<string, string>,
  directory: OrganizationDirectory,
  findings: string[],
): void {
  const wanted = new Map<string, string>();
  for (const user of users.values()) {
    for (const key of claimsOf(user, directory)) {
      if (wanted.has(key)) findings.push(`two users hold ${key}`);
      wanted.set(key, user.id);
    }
  }
  for (const [key, id] of wanted) if (claims.get(key) !== id) findings.push(`claim ${key} of ${id} is missing`);
  for (const [key, id] of claims) if (wanted.get(key) !== id) findings.push(`claim ${key} of ${id} is nobody's`);
}

async function directoryOf(rows: Rows): Promise<OrganizationDirectory> {
  const settings = await rows.query('SELECT settings FROM organizations');
  const organizations = settings.map((row) => JSON.parse(String(row.settings)) as Organization);
  const [instance] = await rows.query("SELECT value FROM settings WHERE name = 'instance'");
  return new OrganizationDirectory(organizations, instanceSettingsOf(String(instance?.value)));
}
