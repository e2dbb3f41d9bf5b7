import { sql } from 'kysely';
import type {
  CredentialKind,
  CredentialQuery,
  CredentialSort,
  ListedCredential,
  TimeRange,
} from '../../app/ports/credential-list.ts';
import type { User } from '../../core/user/user.ts';
import type { Piece, SearchEngine } from './compiler.ts';
import { type Condition, joined } from './predicate.ts';

/** A row of `user_credentials`, in the order of its columns. */
export type CredentialRow = readonly [
  userId: string,
  kind: CredentialKind,
  id: string,
  organizationId: string,
  createdAt: number,
  expiresAt: number,
];

/** The columns, and whether they hold numbers. */
export const CREDENTIAL_COLUMNS = {
  user_id: 'text',
  kind: 'text',
  id: 'text',
  organization_id: 'text',
  created_at: 'integer',
  expires_at: 'integer',
} as const;

const SORT_COLUMNS: Readonly<Record<CredentialSort['by'], keyof typeof CREDENTIAL_COLUMNS>> = {
  id: 'id',
  userId: 'user_id',
  organizationId: 'organization_id',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
};

/** The rows follow from the record alone. */
export function credentialRowsOf({ id: userId, organizationId, credentials }: User): CredentialRow[] {
  const rows: CredentialRow[] = [];
  for (const { id, createdAt, expiresAt } of credentials.keys) {
    rows.push([userId, 'key', id, organizationId, createdAt, expiresAt]);
  }
  for (const { id, createdAt, expiresAt } of credentials.tokens) {
    if (id !== undefined && expiresAt !== null) rows.push([userId, 'token', id, organizationId, createdAt, expiresAt]);
  }
  return rows;
}

/** How many rows meet the query, and one page of them. */
export function credentialPieces(query: CredentialQuery, engine: SearchEngine): { count: Piece; page: Piece } {
  const sets = setsOf(query, engine);
  const columns = sql.raw(Object.keys(CREDENTIAL_COLUMNS).join(', '));
  const selects = sets.map((where) => sql`SELECT ${columns} FROM user_credentials WHERE ${where}`);
  const { sort, limit, offset } = query;
  const way = sort.direction === 'asc' ? sql`ASC` : sql`DESC`;
  const order = sql`${sql.ref(SORT_COLUMNS[sort.by])} ${way}, id ${way}`;
  const counts = sets.map((where) => sql`(SELECT count(*) FROM user_credentials WHERE ${where})`);
  return {
    count: sql`SELECT ${sql.join(counts, sql` + `)} AS total`,
    page: sql`${sql.join(selects, sql` UNION ALL `)} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`,
  };
}

export function credentialOf(row: Readonly<Record<string, unknown>>): ListedCredential {
  return {
    id: String(row.id),
    userId: String(row.user_id),
    organizationId: String(row.organization_id),
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
  };
}

/** Those of the organizations, and the caller's own where they are not among them: sets that do not overlap. */
function setsOf({ kind, organizations, self, filter }: CredentialQuery, engine: SearchEngine): Condition[] {
  const { id, userId, organizationId, created, expires } = filter;
  const common: Condition[] = [
    sql`kind = ${kind}`,
    ...(id === undefined ? [] : [sql<boolean>`id = ${id}`]),
    ...(userId === undefined ? [] : [sql<boolean>`user_id = ${userId}`]),
    ...(organizationId === undefined ? [] : [sql<boolean>`organization_id = ${organizationId}`]),
    ...within(sql`created_at`, created),
    ...within(sql`expires_at`, expires),
  ];
  if (organizations === 'all') return [joined('and', common)];
  const seen = engine.among(sql`organization_id`, organizations);
  const sets = [joined('and', [...common, seen])];
  if (self !== undefined) sets.push(joined('and', [...common, sql`user_id = ${self}`, sql`NOT ${seen}`]));
  return sets;
}

function within(column: Piece, { from, to }: TimeRange = {}): Condition[] {
  return [
    ...(from === undefined ? [] : [sql<boolean>`${column} >= ${from}`]),
    ...(to === undefined ? [] : [sql<boolean>`${column} <= ${to}`]),
  ];
}
