import {
  type CompiledQuery,
  type Dialect,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  type SqlBool,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';

/** A piece of SQL with its parameters. */
export type Piece = RawBuilder<unknown>;

/** SQL text and its parameters, ready for a driver. */
export interface CompiledSql {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

/** What the SQL of lists differs in between engines. */
export interface SearchEngine {
  compile(piece: Piece): CompiledSql;
  /** Whether a text contains another, which is not empty. */
  contains(column: Piece, text: string): RawBuilder<SqlBool>;
  /** The last characters of a text. */
  lastCharacters(column: Piece, count: number): Piece;
  /** Whether a column equals one of any number of texts. */
  among(column: Piece, texts: readonly string[]): RawBuilder<SqlBool>;
  /** Column with the bits of texts that are no part of another; `null` where looks at texts are quick. */
  readonly apart: Piece | null;
  /** A column with all metadata of the user whose row is looked at; empty for who has none. */
  metadata(name: string): Piece;
  /** Whether some entry `m` of the metadata of that user meets a condition; to be asked of few users only. */
  hasEntry(condition: RawBuilder<SqlBool>): RawBuilder<SqlBool>;
}

/** UTF-16 units of a text that SQLite takes in a pattern: far more than any field holds. */
const LONGEST_PATTERN = 5_000;

export const sqliteSearch: SearchEngine = {
  ...compilerOf({
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }),
  // A pattern is a fifth quicker than a search, where every row is looked at. A long one is refused, and it takes the
  // last three characters for one.
  contains: (column, text) =>
    text.length > LONGEST_PATTERN || /[\uFFFD-\uFFFF]/.test(text)
      ? sql`instr(${column}, ${text}) > 0`
      : sql`${column} GLOB ${`*${text.replaceAll(/[*?[]/g, '[$&]')}*`}`,
  lastCharacters: (column, count) => sql`substr(${column}, ${-count})`,
  among: (column, texts) =>
    texts.length === 1
      ? sql`${column} = ${texts[0]}`
      : sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(texts)}))`,
  apart: sql.ref('s.apart'),
  // Only who has metadata has a row of it.
  metadata: (name) => sql`coalesce(${sql.ref(`t.${name}`)}, '')`,
  // It takes an index by the key of the metadata for as good, though all users may have that key.
  hasEntry: (condition) => sql`EXISTS (SELECT 1 FROM user_metadata AS m INDEXED BY sqlite_autoindex_user_metadata_1
    WHERE m.user_id = s.user_id AND ${condition})`,
};

export const postgresSearch: SearchEngine = {
  ...compilerOf({
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }),
  // The form for which an index of trigrams is used.
  contains: (column, text) => sql`${column} LIKE ${`%${text.replaceAll(/[\\%_]/g, '\\$&')}%`}`,
  lastCharacters: (column, count) => sql`right(${column}, ${count})`,
  among: (column, texts) => sql`${column} = ANY(${texts}::text[])`,
  apart: null,
  metadata: (name) => sql.ref(`s.${name}`),
  // With an offset it is asked user by user, and not of all metadata before the first.
  hasEntry: (condition) =>
    sql`EXISTS (SELECT 1 FROM user_metadata AS m WHERE m.user_id = s.user_id AND ${condition} OFFSET 0)`,
};

function compilerOf(dialect: Dialect): Pick<SearchEngine, 'compile'> {
  const db = new Kysely<unknown>({ dialect });
  return {
    compile(piece) {
      const { sql: text, parameters }: CompiledQuery = piece.compile(db);
      return { sql: text, parameters: parameters as readonly (string | number)[] };
    },
  };
}
