import { LRUCache } from 'lru-cache';
import type { User } from '../../core/user/user.ts';
import { readUser, writeDocument } from '../documents.ts';

/** Records kept parsed, as long as the database has the same text. */
const KEPT = 10_000;

/**
 * Records and their stored form. What was parsed or written lately is not parsed again: the texts are compared, so
 * whatever another process wrote meanwhile is noticed.
 */
export class Records {
  readonly #kept = new LRUCache<string, { readonly document: string; readonly user: User }>({ max: KEPT });

  /** @throws DamagedRecord when the text is not the record of that user */
  read(id: string, document: string): User {
    const kept = this.#kept.get(id);
    if (kept?.document === document) return kept.user;
    const user = readUser(id, document);
    this.#kept.set(id, { document, user });
    return user;
  }

  write(user: User): string {
    const document = writeDocument(user);
    this.#kept.set(user.id, { document, user });
    return document;
  }
}
