import type { Session } from '../../core/user/user.ts';

/** The key that calls are made with, and the one that renews both. */
export type KeyKind = 'auth' | 'refresh';

/** A session for the record, and its keys in clear for the holder. */
export interface NewSession {
  readonly session: Session;
  readonly authKey: string;
  readonly refreshKey: string;
}

/** A key as its holder sends it: whose it is and of which session, still to be compared with the record. */
export interface PresentedKey {
  readonly userId: string;
  readonly sessionId: string;
  readonly digest: string;
}

/** Milliseconds. */
export interface KeyLifetimes {
  readonly key: number;
  readonly refresh: number;
}

/** Makes and reads the keys of sessions. The record holds their digests only. */
export interface SessionKeys {
  /**
   * @param now epoch milliseconds
   * @param sessionId 32 hexadecimal digits; drawn unless given
   */
  start(userId: string, now: number, lifetimes: KeyLifetimes, sessionId?: string): NewSession;
  /** New keys for the session of that id. */
  renew(userId: string, now: number, lifetimes: KeyLifetimes, sessionId: string): NewSession;
  /** @returns `null` for anything that is not one of our keys of this kind, in its one canonical spelling */
  read(kind: KeyKind, text: string): PresentedKey | null;
}
