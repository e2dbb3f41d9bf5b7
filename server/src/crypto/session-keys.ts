import { randomBytes } from 'node:crypto';
import type { KeyKind, KeyLifetimes, NewSession, PresentedKey, SessionKeys } from '../app/ports/session-keys.ts';
import { tokenDigest } from './secrets.ts';

/** Length of a key in bytes: 128 characters of base64 that end in `=`. Longer only for very long user ids. */
const KEY_SIZE = 95;
const LEAST_RANDOM = 32;
const SESSION_ID_SIZE = 16;
const VERSION = 1;

export const sessionKeys: SessionKeys = { start: newSession, renew: newSession, read: readKey };

/** Starts a session, or renews the one of `sessionId`. */
function newSession(
  userId: string,
  now: number,
  lifetimes: KeyLifetimes,
  sessionId: string = randomBytes(SESSION_ID_SIZE).toString('hex'),
): NewSession {
  const authKey = encodeKey('auth', userId, sessionId);
  const refreshKey = encodeKey('refresh', userId, sessionId);
  return {
    session: {
      id: sessionId,
      keyDigest: tokenDigest(authKey),
      refreshDigest: tokenDigest(refreshKey),
      createdAt: now,
      expiresAt: now + lifetimes.key,
      refreshExpiresAt: now + lifetimes.refresh,
    },
    authKey,
    refreshKey,
  };
}

function readKey(kind: KeyKind, text: string): PresentedKey | null {
  if (text.length > 2048) return null;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length < KEY_SIZE || bytes.toString('base64') !== text) return null;
  if (bytes[0] !== VERSION || bytes[1] !== kindByte(kind)) return null;
  const idLength = bytes.readUInt16BE(2);
  const idStart = 4 + SESSION_ID_SIZE;
  if (bytes.length !== Math.max(KEY_SIZE, idStart + idLength + LEAST_RANDOM)) return null;
  return {
    userId: bytes.toString('utf8', idStart, idStart + idLength),
    sessionId: bytes.toString('hex', 4, idStart),
    digest: tokenDigest(text),
  };
}

function encodeKey(kind: KeyKind, userId: string, sessionId: string): string {
  const id = Buffer.from(userId, 'utf8');
  const head = Buffer.alloc(4);
  head.writeUInt8(VERSION, 0);
  head.writeUInt8(kindByte(kind), 1);
  head.writeUInt16BE(id.length, 2);
  const known = Buffer.concat([head, Buffer.from(sessionId, 'hex'), id]);
  return Buffer.concat([known, randomBytes(Math.max(LEAST_RANDOM, KEY_SIZE - known.length))]).toString('base64');
}

function kindByte(kind: KeyKind): number {
  return kind === 'auth' ? 1 : 2;
}
