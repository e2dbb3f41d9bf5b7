import type { Secrets } from '../../app/ports/secrets.ts';

/** Sealing gives another text each time, so one that holds the same secret is kept. */
export function sealedAsStored(
  secret: string,
  secrets: Pick<Secrets, 'seal' | 'open'>,
  stored: string | null | undefined,
): string {
  return typeof stored === 'string' && secrets.open(stored) === secret ? stored : secrets.seal(secret);
}
