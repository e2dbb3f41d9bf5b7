/** What differs between engines in the tables' definitions. */
export interface ColumnTypes {
  /** A position that is never given twice. */
  readonly position: string;
  /** A whole number of 64 bits. */
  readonly integer: string;
  /** Text compared byte by byte. */
  readonly text: string;
  /** Ends the columns of a table with a constraint: no two rows alike in these; what rows are spread by comes first. */
  key(columns: string): string;
  /** Like `key` where the table has a position, which alone tells rows apart on one machine. */
  spreadKey(columns: string): string;
  /** Column by which events are told of in the order in which they became visible, and its index. */
  readonly feedColumn: string;
  readonly feedIndex: readonly string[];
  /** Ends a table definition. */
  readonly tableOptions: string;
  /** Ends that of a table of short rows that are found by their key only, and may be kept in its order. */
  readonly clusteredOptions: string;
}

export interface Migration {
  readonly name: string;
  readonly statements: (types: ColumnTypes) => readonly string[];
}
