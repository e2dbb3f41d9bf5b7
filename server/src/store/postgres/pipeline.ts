import { type Connection, type QueryResult, Result, type Submittable, types } from 'pg';
import { integerArray, textArray } from './arrays.ts';
import type { Statement } from './statements.ts';

/** A statement with its parameters: text, whole numbers, booleans, lists of one of them, or `null`. */
export type Call = readonly [statement: Statement | string, values?: readonly unknown[]];

/** The driver's class, of which its types tell only the half. */
interface Rows extends QueryResult {
  addFields(fields: readonly unknown[]): void;
  parseRow(row: readonly (string | null)[]): Record<string, unknown>;
  addRow(row: Record<string, unknown>): void;
  addCommandComplete(message: unknown): void;
}
const Rows = Result as unknown as new (mode: null, typeParsers: typeof types) => Rows;

/** What a connection knows of its prepared statements: `false` when it may or may not have the one of that name. */
const prepared = new WeakMap<Connection, Map<string, boolean>>();

/**
 * Several statements sent together, with one point of synchronisation behind them all: one write, one answer. The
 * driver's own pipeline synchronises after each, which costs both ends as many packets as there are statements. After
 * an error the database passes over the rest.
 */
export class Pipeline implements Submittable {
  /** Called once at the end; the driver wraps it to watch the time. */
  callback: (error?: Error | null) => void = () => {};
  readonly results: QueryResult[] = [];
  /** Milliseconds after which the driver takes the connection for dead; the pool's unless given. */
  readonly query_timeout: number | undefined;
  readonly #calls: readonly Call[];
  #current: Rows;
  #error: Error | null = null;
  /** Statements that are prepared on the way, unless one before them fails. */
  readonly #preparing: string[] = [];
  #names = new Map<string, boolean>();

  constructor(calls: readonly Call[], timeout?: number) {
    this.#calls = calls;
    this.query_timeout = timeout;
    this.#current = new Rows(null, types);
  }

  submit(connection: Connection): void {
    this.#names = prepared.get(connection) ?? this.#names;
    prepared.set(connection, this.#names);
    connection.stream.cork();
    try {
      for (const [statement, values = []] of this.#calls) this.#send(connection, statement, values);
    } finally {
      connection.sync();
      connection.stream.uncork();
    }
  }

  #send(connection: Connection, statement: Statement | string, values: readonly unknown[]): void {
    const { name, text } = typeof statement === 'string' ? { name: '', text: statement } : statement;
    // Bound first: what cannot be sent must not leave half a statement behind.
    const parameters = values.map(parameterOf);
    if (name === '' || this.#names.get(name) !== true) this.#parse(connection, name, text);
    connection.bind({ portal: '', statement: name, values: parameters } as never, true);
    connection.describe({ type: 'P', name: '' }, true);
    connection.execute({ portal: '', rows: '' } as never, true);
  }

  #parse(connection: Connection, name: string, text: string): void {
    if (name !== '') {
      if (this.#names.get(name) === false) connection.close({ type: 'S', name }, true);
      this.#names.set(name, true);
      this.#preparing.push(name);
    }
    connection.parse({ name, text, types: [] }, true);
  }

  handleRowDescription(message: { readonly fields: readonly unknown[] }): void {
    this.#current.addFields(message.fields);
  }

  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    try {
      this.#current.addRow(this.#current.parseRow(message.fields));
    } catch (error) {
      this.#error ??= asError(error);
    }
  }

  handleCommandComplete(message: unknown): void {
    this.#current.addCommandComplete(message);
    this.#finishOne();
  }

  handleEmptyQuery(): void {
    this.#finishOne();
  }

  handlePortalSuspended(): void {
    this.#finishOne();
  }

  handleCopyInResponse(): void {
    this.#error ??= new Error('COPY is not spoken here');
  }

  handleCopyData(): void {}

  /** What the database refuses, or the end of the connection. */
  handleError(error: Error): void {
    this.#error ??= error;
    for (const name of this.#preparing) this.#names.set(name, false);
    this.callback(this.#error);
  }

  handleReadyForQuery(): void {
    this.callback(this.#error);
  }

  #finishOne(): void {
    this.results.push(this.#current);
    this.#current = new Rows(null, types);
  }
}

/** As the protocol takes it: text, or PostgreSQL's binary form in a buffer. */
function parameterOf(value: unknown): string | Buffer | null {
  if (value === null || typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) throw new TypeError(`no parameter can be made of ${typeof value}`);
  // An empty list in text fits a list of any type.
  if (value.length === 0) return '{}';
  return value.every((item) => typeof item === 'number') ? integerArray(value) : textArray(value);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('not an error', { cause: error });
}
