/** How far a copy has come, as the target remembers it. */
export interface Progress {
  /** Tells one instance from another. */
  readonly instance: string;
  /** What the source held when the copy began: it must be the same when the copy goes on. */
  readonly contents: string;
  /** The table that is copied; `null` when all are. */
  readonly table: string | null;
  /** Where the last row that was copied stands in the source; `null` before the first. */
  readonly after: readonly string[] | null;
  /** Rows copied so far, of all tables. */
  readonly rows: number;
}

/** Changes when the meaning of what is remembered changes. */
const FORM = 1;

export function writeProgress(progress: Progress): string {
  return JSON.stringify({ form: FORM, ...progress });
}

/** @returns `null` when another version of this program wrote it */
export function readProgress(text: string): Progress | null {
  const { form, ...progress } = JSON.parse(text) as Progress & { readonly form?: unknown };
  return form === FORM ? progress : null;
}
