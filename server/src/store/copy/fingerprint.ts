import { createHash } from 'node:crypto';
import { MIGRATIONS } from '../migrations/index.ts';
import type { Row, Source } from './dump.ts';
import { pages } from './pages.ts';
import { EVENTS, ORGANIZATIONS, SETTINGS } from './tables.ts';

export interface Fingerprint {
  /** The same for as long as the instance lives. */
  readonly instance: string;
  /** Another one as soon as a server has run on it. */
  readonly contents: string;
}

/**
 * Tells which instance a database holds, and whether it has changed since: every start of a server counts up a setting,
 * and whatever a running one writes is added to a table.
 */
export async function fingerprintOf(source: Source, counts: ReadonlyMap<string, number>): Promise<Fingerprint> {
  const settings: Row[] = [];
  for await (const { rows } of pages(source, SETTINGS)) settings.push(...rows);
  const organizations = await source.page(ORGANIZATIONS, null);
  const events = await source.page(EVENTS, null);
  return {
    instance: digest([organizations?.rows[0]?.[0], events?.rows[0]]),
    contents: digest([MIGRATIONS.length, settings, [...counts], await source.latest()]),
  };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
