/** What differs between engines in the tables' definitions. */
export interface ColumnTypes {
  /** A position that is never given twice. */
  readonly position: string;
  /** A whole number of 64 bits. */
  readonly integer: string;
  /** Text compared byte by byte. */
  readonly text: string;
  /** Ends a table definition. */
  readonly tableOptions: string;
  /** Ends that of a table of short rows that are found by their key only, and may be kept in its order. */
  readonly clusteredOptions: string;
}

export interface Migration {
  readonly name: string;
  readonly statements: (types: ColumnTypes) => readonly string[];
}
