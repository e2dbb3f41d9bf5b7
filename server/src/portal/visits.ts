import type { FastifyRequest } from 'fastify';
import { sameText } from '../api/shared/same-text.ts';
import type { Caller } from '../app/callers.ts';
import { type LinkGiver, type Links, VISIT_LIFETIME } from '../app/links.ts';
import type { Users } from '../app/users.ts';
import { DomainError, type ErrorCode } from '../core/errors.ts';
import type { User } from '../core/user/user.ts';
import { Refusal } from './errors.ts';

export interface VisitsOptions {
  readonly links: Links;
  readonly users: Pick<Users, 'read'>;
  readonly publicUrl: () => string;
  /** Who gave a link, as its dialect knows it. */
  readonly callerOfGiver: (giver: LinkGiver) => Caller;
}

/** Somebody who has the page open, and the record as it is now. */
export interface Visitor {
  readonly caller: Caller;
  readonly user: User;
  readonly formToken: string;
  readonly visitKey: string;
}

/** Visits as browsers hold them: by the key in a cookie. */
export class Visits {
  readonly #options: VisitsOptions;

  constructor(options: VisitsOptions) {
    this.#options = options;
  }

  /**
   * Uses a token up.
   *
   * @returns the cookie of the visit
   * @throws Refusal for a token that is used, none of ours, or of a user who may not come in
   */
  async open(token: string): Promise<string> {
    const { links } = this.#options;
    const found = await links.find(token);
    if (found === null) throw new Refusal('linkInvalid');
    if (found.isUsed) throw new Refusal('linkUsed');
    await this.#enter(found.link.userId, found.link.giver, found.expiresAt).catch(asInvalid);
    const key = await links.open(found);
    if (key === null) throw new Refusal('linkUsed');
    return this.#cookie(key, VISIT_LIFETIME / 1000);
  }

  /** @throws Refusal `noVisit`; DomainError when the user may not come in any more */
  async visitor(request: FastifyRequest): Promise<Visitor> {
    const { links } = this.#options;
    const visitKey = this.#keyOf(request);
    const visit = visitKey === null ? null : await links.visit(visitKey);
    if (visitKey === null || visit === null) throw new Refusal('noVisit');
    const { userId, giver } = visit.link;
    const entered = await this.#enter(userId, giver, visit.expiresAt);
    return { ...entered, visitKey, formToken: links.formToken(visitKey) };
  }

  /** A form must come from a page of this very visit. @throws Refusal `formInvalid` */
  checkForm({ formToken }: Visitor, token: string): void {
    if (!sameText(token, formToken)) throw new Refusal('formInvalid');
  }

  /** @returns the cookie that takes the visit's away */
  async end({ visitKey }: Visitor): Promise<string> {
    await this.#options.links.end(visitKey);
    return this.#cookie('', 0);
  }

  async #enter(userId: string, giver: LinkGiver, expiresAt: number): Promise<{ caller: Caller; user: User }> {
    const { users, callerOfGiver } = this.#options;
    const credential = { kind: 'link', expiresAt, giver: callerOfGiver(giver) } as const;
    const caller: Caller = { kind: 'user', userId, credential };
    return { caller, user: await users.read(caller, { id: userId, organizationId: giver.organizationId }) };
  }

  /** Over TLS under a name that nobody on the way or on a neighbouring host can set. */
  #name(): string {
    return this.#isSecure() ? '__Host-tessera-portal' : 'tessera-portal';
  }

  #cookie(key: string, seconds: number): string {
    const secure = this.#isSecure() ? '; Secure' : '';
    return `${this.#name()}=${key}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
  }

  #keyOf({ headers }: FastifyRequest): string | null {
    const start = `${this.#name()}=`;
    const values = (headers.cookie ?? '').split(/; */).filter((cookie) => cookie.startsWith(start));
    // Two of one name come from two places, of which one is not ours.
    return values.length === 1 ? (values[0] ?? '').slice(start.length) : null;
  }

  #isSecure(): boolean {
    return this.#options.publicUrl().startsWith('https:');
  }
}

const NOT_LET_IN: ReadonlySet<ErrorCode> = new Set(['unauthenticated', 'permission_denied', 'not_found']);

function asInvalid(error: unknown): never {
  throw error instanceof DomainError && NOT_LET_IN.has(error.code) ? new Refusal('linkInvalid') : error;
}
