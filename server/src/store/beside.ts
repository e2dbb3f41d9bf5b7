import type { Store } from '../app/ports/store.ts';
import { StoreRefused } from './refused.ts';

/** A database as a command has it that works beside the servers on it. */
export type Beside = Pick<Store, 'outbox' | 'configuration' | 'close'>;

/** Its tables are those of another program, or of another version of this one. */
export function otherVersion(name: string): StoreRefused {
  return new StoreRefused(`${name} is not of this version of Tessera: start its server on it once`, null);
}
