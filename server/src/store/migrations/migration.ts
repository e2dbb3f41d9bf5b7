/** What differs between engines in the tables' definitions. */
export interface ColumnTypes {
  /** A position that is never given twice. */
  readonly position: string;
  /** A whole number of 64 bits. */
  readonly integer: string;
  /** A whole number of 16 bits. */
  readonly small: string;
  /** Text compared byte by byte. */
  readonly text: string;
  /** Ends the columns of a table with a constraint: no two rows alike in these; what rows are spread by comes first. */
  key(columns: string): string;
  /** Like `key` where the table has a position, which alone tells rows apart on one machine. */
  spreadKey(columns: string): string;
  /** Column that marks when an event became visible, and a user's latest; and the index for reading in that order. */
  readonly markColumn: string;
  readonly feedIndex: readonly string[];
  /** Column with a number of the row, where the index of trigrams knows rows by a number. */
  readonly rowNumber: string;
  /** What finds texts by their parts, where that belongs to the tables. */
  readonly trigrams: readonly string[];
  /** What tells of most rows that they have none of the parts, with the table made anew for it. */
  readonly signatures: readonly string[];
  /** Where all metadata of a user stands together. */
  readonly metadata: readonly string[];
  /** What tells which texts are no part of another, where each look at a text costs much. */
  readonly apart: readonly string[];
  /** What tells how many users there are, where rows are not counted quickly. */
  readonly counts: readonly string[];
  /** Ends a table definition. */
  readonly tableOptions: string;
  /** Ends that of a table of long rows that change in place. */
  readonly recordOptions: string;
  /** Ends that of a table of short rows that are found by their key only, and may be kept in its order. */
  readonly clusteredOptions: string;
}

export interface Migration {
  readonly name: string;
  readonly statements: (types: ColumnTypes) => readonly string[];
}
