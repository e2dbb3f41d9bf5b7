/** An error of SQLite on its way from one thread to another: messages keep none but the standard members. */
export interface Cause {
  readonly message: string;
  /** Result code of SQLite, when the error is one of its own. */
  readonly code: number | undefined;
}

export function causeOf(error: unknown): Cause {
  const message = error instanceof Error ? error.message : String(error);
  const isSqlite = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
  return { message, code: isSqlite ? (error.errcode as number) : undefined };
}

/** As the error that SQLite threw in the thread. */
export function errorOf({ message, code }: Cause): Error {
  const error = new Error(message);
  return code === undefined ? error : Object.assign(error, { code: 'ERR_SQLITE_ERROR', errcode: code });
}
