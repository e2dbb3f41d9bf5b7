import { hash } from 'node:crypto';
import type { BrandSection, Declared } from '../../api/jframework/section.ts';

/** One entry that the file declares. */
export interface Declaration<T> {
  /** What tells it from the others of its kind. */
  readonly code: string;
  /** What the file says; only where that changes is it applied again. */
  readonly says: unknown;
  /** The id of an entry that is new. */
  readonly id: string;
  /**
   * @param id under which clients know it
   * @param heldAs by which users hold it, where that is not the code
   */
  readonly make: (id: string, heldAs: string | undefined) => T;
}

interface Mergeable {
  readonly id: string;
  readonly code?: string;
  readonly heldAs?: string;
}

export interface MergeOptions<T> {
  /** The code of a stored entry, where it is not its member `code`. */
  readonly codeOf?: (entry: T) => string;
  /** What is there already is good as it is: the file only says that there is one. */
  readonly keepsKnown?: boolean;
}

/**
 * What the setup file declares of a brand, together with what APIs have made of it since. An entry is applied when it is
 * new or changed in the file, so that what an API has changed, or removed, survives a start; one that leaves the file
 * leaves the brand; what an API has made stays.
 */
export class CatalogueMerge {
  /** What the next start compares with. */
  readonly declared: Record<string, Declared> = {};
  readonly #before: BrandSection['declared'];
  readonly #generation: number;

  /** @param generation of the brand's settings: what is made again under it was never there before */
  constructor(before: BrandSection['declared'], generation: number) {
    this.#before = before;
    this.#generation = generation;
  }

  entries<T extends Mergeable>(
    kind: string,
    declarations: readonly Declaration<T>[],
    stored: readonly T[],
    options: MergeOptions<T> = {},
  ): T[] {
    const prefix = `${kind} `;
    const ofFile = Object.entries(this.#before).filter(([name]) => name.startsWith(prefix));
    const idsOfFile = new Set(ofFile.map(([, { id }]) => id));
    const merged = declarations.flatMap((one) => this.#entry(`${prefix}${one.code}`, one, stored, options) ?? []);
    const ids = new Set(merged.map(({ id }) => id));
    return [...merged, ...stored.filter(({ id }) => !ids.has(id) && !idsOfFile.has(id))];
  }

  /** A value that is not one of several. */
  value<T>(name: string, says: T, stored: T | undefined): T {
    const digest = digestOf(says);
    const isUnchanged = this.#before[name]?.digest === digest;
    this.declared[name] = { digest, id: '' };
    return isUnchanged && stored !== undefined ? stored : says;
  }

  #entry<T extends Mergeable>(
    name: string,
    { code, says, id, make }: Declaration<T>,
    stored: readonly T[],
    { codeOf = ({ code: own = '' }) => own, keepsKnown = false }: MergeOptions<T>,
  ): T | undefined {
    const digest = digestOf(says);
    const last = this.#before[name];
    const known = stored.find((entry) => entry.id === last?.id);
    if (last?.digest === digest) {
      this.declared[name] = last;
      return known;
    }
    const match = stored.find((entry) => codeOf(entry) === code) ?? known ?? stored.find((entry) => entry.id === id);
    // What was removed through an API and is declared anew is another one: nobody holds it.
    const fresh = last === undefined ? undefined : `${id}x${this.#generation}`;
    const next = match?.id ?? fresh ?? id;
    this.declared[name] = { digest, id: next };
    if (match === undefined) return make(next, fresh);
    if (keepsKnown) return match;
    const heldAs = match.heldAs ?? match.code;
    return make(next, heldAs === code ? undefined : heldAs);
  }
}

function digestOf(says: unknown): string {
  return hash('sha256', JSON.stringify(says), 'base64url').slice(0, 22);
}
