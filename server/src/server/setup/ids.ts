import { hash } from 'node:crypto';

/** The same id at every start, so that clients may keep it. */
export function stableId(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').replace(/[-_]/g, '').slice(0, 16);
}

export function stableGuid(...parts: readonly string[]): string {
  const hex = hash('sha256', JSON.stringify(parts), 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
