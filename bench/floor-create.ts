import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { SEARCH_COLUMNS, TEXT_COLUMNS } from '../server/src/store/search/row.ts';
import { ACME } from '../server/test/support/setup.ts';

/** The members of a request that creates a user, as far as the floor looks at them. */
export interface Creation {
  readonly username: string;
  readonly human: {
    readonly profile: { readonly givenName: string; readonly familyName: string };
    readonly email: { readonly email: string };
  };
}

/** Texts of the search row, in the order of its columns. */
const TEXTS = Object.values(TEXT_COLUMNS);
/** Where the index of trigrams has the ASCII characters of the first field, and how far apart the fields are. */
const INDEXED_FROM = 0x80;

/** Inserts the rows that one created user leaves, with nothing looked up, checked or decided. */
export function creationsOn(db: DatabaseSync): (creation: Creation) => void {
  const places = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
  const insertUser = db.prepare(
    `INSERT INTO users (id, organization_id, kind, state, username, sequence, version, created_at, changed_at, document)
     VALUES (?, ?, 'human', 'active', ?, 1, 1, ?, ?, ?)`,
  );
  const insertEvent = db.prepare(
    `INSERT INTO events
       (user_id, sequence, organization_id, kind, type, schema, at, actor, dialect, client, request_id, changes)
     VALUES (?, 1, ?, 'human', 'user.created', 1, ?, 'user', 'floor', 'token', ?, ?)`,
  );
  const insertClaim = db.prepare('INSERT INTO claims (key, user_id) VALUES (?, ?)');
  const insertSearch = db.prepare(
    `INSERT INTO user_search (${SEARCH_COLUMNS.join(', ')}) VALUES (${places(SEARCH_COLUMNS.length)})`,
  );
  const insertText = db.prepare(
    `INSERT INTO user_search_text (rowid, ${TEXTS.map(({ key }) => key).join(', ')}) VALUES (?, ${places(TEXTS.length)})`,
  );
  // Above every id that is in the database, also after another run of the floor on it.
  let id = 600_000_000_000_000_000n + BigInt(Date.now()) * 1_000n;

  return ({ username, human }) => {
    id += 1n;
    const userId = String(id);
    const now = Date.now();
    const email = human.email.email;
    const profile = { ...human.profile, displayName: `${human.profile.givenName} ${human.profile.familyName}` };
    const common = { organizationId: ACME.id, kind: 'human', sequence: 1, version: 1, createdAt: now, changedAt: now };
    const document = { id: userId, ...common, username, state: 'active', profile, email: { value: email } };
    const changes = { username: { before: null, after: username }, 'email.value': { before: null, after: email } };
    for (const [name, after] of Object.entries(profile)) {
      Object.assign(changes, { [`profile.${name}`]: { before: null, after } });
    }
    insertUser.run(userId, ACME.id, username, now, now, JSON.stringify(document));
    const { lastInsertRowid } = insertSearch.run(...searchRow(userId, now, [username, email], profile));
    const texts = [username, profile.givenName, profile.familyName, '', profile.displayName, email, ''];
    insertText.run(lastInsertRowid, ...texts.map(indexed));
    insertEvent.run(userId, ACME.id, now, `request-${userId}`, JSON.stringify(changes));
    insertClaim.run(`username:*:${username}`, userId);
    insertClaim.run(`email:${ACME.id}:${email}`, userId);
  };
}

function searchRow(
  userId: string,
  now: number,
  [username, email]: readonly [string, string],
  profile: { readonly givenName: string; readonly familyName: string; readonly displayName: string },
): SQLInputValue[] {
  const row: Record<string, SQLInputValue> = {
    user_id: userId,
    realm: `+${ACME.id}`,
    created_at: now,
    code: userId.slice(0, 8),
    username_key: username,
    email_key: email,
    given_name_key: profile.givenName.toLowerCase(),
    given_name_raw: profile.givenName,
    family_name_key: profile.familyName.toLowerCase(),
    family_name_raw: profile.familyName,
    display_name_key: profile.displayName.toLowerCase(),
    display_name_raw: profile.displayName,
  };
  const numbers = new Set(['kind', 'state', 'type', 'email_verified', 'phone_verified', 'fraud']);
  return SEARCH_COLUMNS.map((column) => row[column] ?? (numbers.has(column) ? 0 : ''));
}

/** A text of ASCII characters as the index of trigrams has it. */
function indexed(text: string, field: number): string {
  const shift = INDEXED_FROM * (field + 1);
  return String.fromCharCode(...Array.from(text.toLowerCase(), (character) => shift + character.charCodeAt(0)));
}
