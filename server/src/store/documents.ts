import { PARTS } from '../core/user/fields.ts';
import { EMPTY_USER, type User } from '../core/user/user.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * The stored form of a record: JSON without the fields that are at their empty value. Most are, so the row is a third as
 * long, and a field that a later version adds is simply empty in older rows.
 */
export function writeDocument(user: User): string {
  const document: Record<string, unknown> = {
    id: user.id,
    organizationId: user.organizationId,
    kind: user.kind,
    sequence: user.sequence,
    version: user.version,
    createdAt: user.createdAt,
    changedAt: user.changedAt,
    username: user.username,
    state: user.state,
  };
  for (const part of PARTS) {
    const fields = compact(user[part] as unknown as Members, EMPTY_USER[part] as unknown as Members);
    if (fields !== null) document[part] = fields;
  }
  return JSON.stringify(document);
}

/** @throws SyntaxError when the text is not JSON */
export function readDocument(text: string): User {
  const document = JSON.parse(text) as Partial<User>;
  const user = { ...EMPTY_USER, ...document };
  for (const part of PARTS) {
    if (document[part] !== undefined) Object.assign(user, { [part]: { ...EMPTY_USER[part], ...document[part] } });
  }
  return user as User;
}

/** A record in the database is not what was written there. */
export class DamagedRecord extends Error {
  constructor(id: string, cause?: unknown) {
    super(`the record of user ${id} is damaged`, { cause });
    this.name = 'DamagedRecord';
  }
}

/**
 * The record in a row.
 *
 * @param id key of the row
 * @throws DamagedRecord when it is not the record of that user
 */
export function readUser(id: string, document: unknown): User {
  let user: User;
  try {
    user = readDocument(String(document));
  } catch (error) {
    throw new DamagedRecord(id, error);
  }
  if (user.id !== id) throw new DamagedRecord(id);
  return user;
}

function compact(fields: Members, empty: Members): Members | null {
  let kept: Record<string, unknown> | null = null;
  for (const name in fields) {
    const value = fields[name];
    if (value === empty[name] || isEmptyCollection(value)) continue;
    kept ??= {};
    kept[name] = value;
  }
  return kept;
}

/** Lists and maps are empty by default, wherever they occur. */
function isEmptyCollection(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const _name in value) return false;
  return true;
}
