import { sql } from 'kysely';
import type { CredentialQuery, CredentialSort, ListedCredential, TimeRange } from '../../app/ports/credential-list.ts';
import type { Piece, SearchEngine } from './compiler.ts';
import { type Condition, joined } from './condition.ts';
import type { CREDENTIAL_COLUMNS } from './credential-row.ts';

const SORT_COLUMNS: Readonly<Record<CredentialSort['by'], keyof typeof CREDENTIAL_COLUMNS>> = {
  id: 'id',
  userId: 'user_id',
  organizationId: 'organization_id',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
};

/** The table, read by way of an index where the engine must be told; `null` stands for the primary key. */
export type FromIndex = (index: string | null) => Piece;

/** The primary key leads from users to what they have. */
const BY_USER = null;

/** How many rows meet the query, and one page of them: found by an index alone, then looked up. */
export function credentialPieces(
  query: CredentialQuery,
  engine: SearchEngine,
  from: FromIndex,
): { count: Piece; page: Piece } {
  const sets = setsOf(query, engine);
  const { sort, limit, offset } = query;
  const way = sort.direction === 'asc' ? sql`ASC` : sql`DESC`;
  const value = sql.ref(SORT_COLUMNS[sort.by]);
  const selects = sets.map(
    ({ index, where }) => sql`SELECT user_id, kind, id, ${value} AS sort_value FROM ${from(index)} WHERE ${where}`,
  );
  const counts = sets.map(({ index, where }) => sql`(SELECT count(*) FROM ${from(index)} WHERE ${where})`);
  return {
    count: sql`SELECT ${sql.join(counts, sql` + `)} AS total`,
    page: sql`SELECT c.* FROM (${sql.join(selects, sql` UNION ALL `)}
        ORDER BY sort_value ${way}, id ${way} LIMIT ${limit} OFFSET ${offset}) AS p
      CROSS JOIN user_credentials AS c
      WHERE c.user_id = p.user_id AND c.kind = p.kind AND c.id = p.id
      ORDER BY p.sort_value ${way}, p.id ${way}`,
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

interface Rows {
  readonly index: string | null;
  readonly where: Condition;
}

/** Those of the organizations, and the caller's own where they are not among them: sets that do not overlap. */
function setsOf(query: CredentialQuery, engine: SearchEngine): Rows[] {
  const { kind, organizations, self, filter } = query;
  const { id, userId, organizationId, created, expires } = filter;
  const common: Condition[] = [
    sql`kind = ${kind}`,
    ...(id === undefined ? [] : [sql<boolean>`id = ${id}`]),
    ...(userId === undefined ? [] : [sql<boolean>`user_id = ${userId}`]),
    ...(organizationId === undefined ? [] : [sql<boolean>`organization_id = ${organizationId}`]),
    ...within(sql`created_at`, created),
    ...within(sql`expires_at`, expires),
  ];
  const index = indexFor(query);
  if (organizations === 'all') return [{ index, where: joined('and', common) }];
  const seen = engine.among(sql`organization_id`, organizations);
  const sets = [{ index, where: joined('and', [...common, seen]) }];
  if (self !== undefined) {
    const own: Condition[] = [...common, sql`user_id = ${self}`, sql`NOT (${seen})`];
    sets.push({ index: BY_USER, where: joined('and', own) });
  }
  return sets;
}

/** The index that leads to the fewest rows, or has them in order. */
function indexFor({ organizations, filter, sort }: CredentialQuery): string | null {
  if (filter.id !== undefined) return 'user_credentials_by_id';
  if (filter.userId !== undefined) return BY_USER;
  const isByExpiry = sort.by === 'expiresAt' || (filter.expires !== undefined && filter.created === undefined);
  const order = isByExpiry ? 'by_expiry' : 'by_created';
  if (organizations !== 'all' || filter.organizationId !== undefined)
    return `user_credentials_of_organization_${order}`;
  if (sort.by === 'id') return 'user_credentials_by_id';
  return sort.by === 'userId' ? BY_USER : `user_credentials_${order}`;
}

function within(column: Piece, { from, to }: TimeRange = {}): Condition[] {
  return [
    ...(from === undefined ? [] : [sql<boolean>`${column} >= ${from}`]),
    ...(to === undefined ? [] : [sql<boolean>`${column} <= ${to}`]),
  ];
}
