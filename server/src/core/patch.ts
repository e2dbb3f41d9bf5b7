/**
 * What a request says about each field: a value sets it, `null` clears it, an absent member keeps it.
 * Every dialect translates its own manners (absent, `null`, empty string, protobuf `optional`) into this form.
 */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | null };

/** The members of `patch` that would change `current`. */
export function effective<T extends object>(current: T, patch: Patch<T>): Partial<T> {
  const changed: Partial<T> = {};
  for (const key of Object.keys(patch) as (keyof T)[]) {
    const next = patch[key];
    if (next !== undefined && next !== current[key]) changed[key] = next as T[keyof T];
  }
  return changed;
}
