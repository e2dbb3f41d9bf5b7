import { DomainError } from '../errors.ts';
import type { MetadataPatch } from './commands.ts';
import type { NewEvent } from './events.ts';
import type { Extra } from './user.ts';

type Metadata = Extra['metadata'];

/** Most characters that keys and base64 values of one user may have: the record is read and written as a whole. */
export const METADATA_SIZE = 4 * 1024 * 1024;

/**
 * At most one event, which holds the entries that change and no others: values may be long.
 *
 * @throws DomainError `metadata_invalid` when there would be too much of it
 */
export function metadataEvents(current: Metadata, patch: MetadataPatch): NewEvent[] {
  const keys = Object.keys(patch).filter((key) => (patch[key] ?? null) !== entryOf(current, key));
  if (keys.length === 0) return [];
  checkMetadata(mergedMetadata(current, patch));
  const pick = (from: MetadataPatch) => Object.fromEntries(keys.map((key) => [key, entryOf(from, key)]));
  const changes = { 'extra.metadata': { before: pick(current), after: pick(patch) } };
  return [{ type: 'user.metadata_changed', changes }];
}

/** @throws DomainError `metadata_invalid` when there is too much of it */
export function checkMetadata(metadata: Metadata): void {
  let size = 0;
  for (const [key, value] of Object.entries(metadata)) size += key.length + value.length;
  if (size > METADATA_SIZE) throw new DomainError('metadata_invalid', { field: 'extra.metadata' });
}

/** Keys may be any text, also the names of what every object has. */
export function mergedMetadata(current: Metadata, patch: MetadataPatch): Metadata {
  const merged = new Map<string, string>(Object.entries(current));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/** When the entries of `after` were set and last changed, given that they became so at `at`. */
export function metadataTimes(
  { metadata, metadataTimes: times }: Pick<Extra, 'metadata' | 'metadataTimes'>,
  after: Metadata,
  at: number,
): Extra['metadataTimes'] {
  return Object.fromEntries(
    Object.entries(after).map(([key, value]): [string, readonly [number, number]] => {
      const [createdAt, changedAt] = (Object.hasOwn(times, key) ? times[key] : undefined) ?? [at, at];
      return [key, [createdAt, entryOf(metadata, key) === value ? changedAt : at]];
    }),
  );
}

function entryOf(from: MetadataPatch, key: string): string | null {
  return Object.hasOwn(from, key) ? (from[key] ?? null) : null;
}
