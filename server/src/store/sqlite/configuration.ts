import type { DatabaseSync } from 'node:sqlite';
import type { Configuration, ConfigurationChange } from '../../app/ports/store.ts';
import type { User } from '../../core/user/user.ts';
import { CLASHES_SHOWN, INSTANCE, REVISION } from '../settings.ts';
import type { Statements } from './statements.ts';
import { writeAnswer } from './writes.ts';

export function readConfiguration(statements: Statements): Configuration {
  return {
    revision: readRevision(statements),
    organizations: statements.organizations
      .all()
      .map((row) => ({ id: String(row.id), settings: String(row.settings) })),
    instance: readSetting(statements, INSTANCE),
  };
}

export function readRevision(statements: Statements): number {
  return Number(readSetting(statements, REVISION) ?? 0);
}

export function readSetting(statements: Statements, name: string): string | null {
  const row = statements.setting.get(name);
  return row === undefined ? null : String(row.value);
}

export function writeSettings(statements: Statements, values: ReadonlyMap<string, string | null>): void {
  for (const [name, value] of values) {
    if (value === null) statements.deleteSetting.run(name);
    else statements.saveSetting.run(name, value);
  }
}

/**
 * Changes the configuration within the transaction under way, unless two users would hold the same claim.
 *
 * @returns up to ten such claims; `null` under another configuration than the expected one
 */
export function writeConfiguration(
  db: DatabaseSync,
  statements: Statements,
  change: ConfigurationChange,
  users: () => Iterable<User>,
): string[] | null {
  const revision = readRevision(statements);
  if (revision !== (change.expectedRevision ?? revision)) return null;
  const { asker, answer } = change;
  if (asker !== undefined && statements.sequence.get(asker.userId)?.sequence !== asker.sequence) return null;
  const clashes = change.claimsOf === undefined ? [] : deriveClaims(db, statements, change.claimsOf, users());
  if (clashes.length > 0) return clashes;
  for (const { id, settings } of change.organizations) statements.saveOrganization.run(id, settings);
  if (change.instance !== undefined) statements.saveSetting.run(INSTANCE, change.instance);
  statements.saveSetting.run(REVISION, String(revision + 1));
  if (answer !== undefined) writeAnswer(statements, answer);
  return [];
}

function deriveClaims(
  db: DatabaseSync,
  statements: Statements,
  claimsOf: (user: User) => readonly string[],
  users: Iterable<User>,
): string[] {
  const holders = new Map<string, string>();
  const clashes = new Set<string>();
  for (const user of users) {
    for (const key of claimsOf(user)) {
      const holder = holders.get(key) ?? user.id;
      if (holder !== user.id && clashes.size < CLASHES_SHOWN) clashes.add(key);
      holders.set(key, holder);
    }
  }
  if (clashes.size > 0) return [...clashes];
  db.exec('DELETE FROM claims');
  for (const [key, userId] of holders) statements.insertClaim.run(key, userId);
  return [];
}
