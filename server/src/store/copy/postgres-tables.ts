import { integerArray, textArray } from '../postgres/arrays.ts';
import { SCHEMA } from '../postgres/migrate.ts';
import type { Call, Session } from '../postgres/pool.ts';
import { COPY } from '../settings.ts';
import type { Page, PageSize, Place, Row, Value } from './dump.ts';
import type { Found } from './refusals.ts';
import { exceptions, where } from './rows.ts';
import { COPIED, type ColumnKind, type Table } from './tables.ts';

/** Types of the columns that put rows in order and are no text. */
const ORDER_TYPES: Readonly<Record<string, string>> = { position: 'bigint', id: 'bigint', tx: 'xid8' };

/** Reads tables page by page. */
export class PostgresTables {
  readonly #session: Session;
  readonly #size: PageSize;

  constructor(session: Session, size: PageSize) {
    this.#session = session;
    this.#size = size;
  }

  async page(table: Table, after: Place | null): Promise<Page | null> {
    const [result] = await this.#session.pipeline([[pageStatement(table, after === null, this.#size), after ?? []]]);
    const read: readonly Readonly<Record<string, string | null>>[] = result?.rows ?? [];
    const last = read.at(-1);
    if (last === undefined) return null;
    const columns = Object.entries(table.columns);
    return {
      rows: read.map((values) => columns.map(([name, kind]) => readValue(values[name] ?? null, kind))),
      end: orderOf(table).map((_, n) => String(last[`place_${n}`])),
    };
  }
}

/** The driver leaves whole numbers of 64 bits as text. */
function readValue(text: string | null, kind: ColumnKind): Value {
  return text === null || kind === 'text' ? text : Number(text);
}

function orderOf({ order, orderOnPostgres }: Table): readonly string[] {
  return orderOnPostgres ?? order;
}

/** Rows are measured where they lie: the last of a page is the one that goes beyond its size. */
function pageStatement(table: Table, isFirst: boolean, size: PageSize): { name: string; text: string } {
  const names = Object.keys(table.columns);
  const order = orderOf(table);
  const texts = names.filter((name) => table.columns[name] === 'text');
  const bounds = order.map((name, n) => `$${n + 1}::${typeOf(table, name)}`);
  const conditions = [...(isFirst ? [] : [`(${order.join(', ')}) > (${bounds.join(', ')})`]), ...exceptions(table)];
  const by = order.join(', ');
  return {
    name: `page_${table.name}_${isFirst}`,
    text: `SELECT ${names.join(', ')}, ${order.map((name, n) => `${name}::text AS place_${n}`).join(', ')} FROM (
        SELECT *, sum(bytes) OVER (ORDER BY ${by} ROWS UNBOUNDED PRECEDING) AS bytes_so_far FROM (
          SELECT *, ${texts.map((name) => `coalesce(octet_length(${name}), 0)`).join(' + ')} AS bytes FROM ${table.name}
          ${where(conditions)} ORDER BY ${by} LIMIT ${size.rows}
        ) AS measured
      ) AS page WHERE bytes_so_far - bytes < ${size.bytes} ORDER BY ${order.map((name) => `page.${name}`).join(', ')}`,
  };
}

function typeOf(table: Table, name: string): string {
  return table.columns[name] === undefined ? (ORDER_TYPES[name] ?? 'text') : 'text';
}

/** Rows as one array per column. What is read in the order of places is marked with the transaction that writes it. */
export function insertCall(table: Table, rows: readonly Row[]): Call {
  const names = Object.keys(table.columns);
  const isMarked = table.generated?.includes('tx') === true;
  const arrays = names.map((name, n) => `$${n + 1}::${table.columns[name] === 'text' ? 'text' : 'bigint'}[]`);
  const statement = {
    name: `copy_${table.name}`,
    text: `INSERT INTO ${table.name} (${names.join(', ')}${isMarked ? ', tx' : ''})
      SELECT ${names.map((name) => `c.${name}`).join(', ')}${isMarked ? ', pg_current_xact_id()' : ''}
      FROM unnest(${arrays.join(', ')}) WITH ORDINALITY AS c (${names.join(', ')}, place) ORDER BY place`,
  };
  return [
    statement,
    names.map((name, n) =>
      table.columns[name] === 'text'
        ? textArray(rows.map((row) => row[n] as string | null))
        : integerArray(rows.map((row) => row[n] as number | null)),
    ),
  ];
}

type Query = (text: string) => Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;

/** Looks at a database without changing anything. */
export async function lookAt(query: Query): Promise<Found> {
  const { rows: tables } = await query(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace`,
  );
  const names = new Set(tables.map(({ name }) => name));
  if (names.size === 0) return { kind: 'nothing' };
  if (!names.has('settings') || !names.has('users')) return { kind: 'foreign' };
  const { rows } = await query(`SELECT name, value FROM settings WHERE name IN ('${SCHEMA}', '${COPY}')`);
  const settings = new Map(rows.map((row) => [row.name, String(row.value)]));
  const schema = settings.get(SCHEMA);
  if (schema === undefined) return { kind: 'foreign' };
  const progress = settings.get(COPY);
  if (progress !== undefined) return { kind: 'unfinished', progress };
  const any = COPIED.map((table) => `EXISTS (SELECT FROM ${table.name} ${where(exceptions(table))})`);
  const { rows: used } = await query(`SELECT ${any.join(' OR ')} AS used`);
  return { kind: used[0]?.used === true ? 'instance' : 'empty', schema: Number(schema) };
}
