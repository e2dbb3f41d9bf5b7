import { describe, expect, it } from 'vitest';
import { sessionKeys } from './session-keys.ts';

const { start, renew, read } = sessionKeys;
const USER = '400000000000000001';
const lifetimes = { key: 1_000, refresh: 5_000 };
const { session, authKey, refreshKey } = start(USER, 100, lifetimes);

describe('a new session', () => {
  it('has keys of 128 characters that end in "="', () => {
    for (const key of [authKey, refreshKey]) {
      expect(key).toHaveLength(128);
      expect(key).toMatch(/^[A-Za-z0-9+/]{127}=$/);
    }
  });

  it('keeps digests only, and times', () => {
    expect(session).toMatchObject({ createdAt: 100, expiresAt: 1_100, refreshExpiresAt: 5_100 });
    expect(JSON.stringify(session)).not.toContain(authKey);
    expect(session.id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('never repeats a key, and keeps its id when it is renewed', () => {
    const again = renew(USER, 100, lifetimes, session.id);
    expect(again.session.id).toBe(session.id);
    const keys = [authKey, refreshKey, again.authKey, again.refreshKey];
    expect(new Set(keys).size).toBe(4);
  });
});

describe('a key that is presented', () => {
  it('says whose it is and of which session', () => {
    expect(read('auth', authKey)).toEqual({ userId: USER, sessionId: session.id, digest: session.keyDigest });
    expect(read('refresh', refreshKey)).toEqual({ userId: USER, sessionId: session.id, digest: session.refreshDigest });
  });

  it.each(['1', 'x'.repeat(200), '🦊'.repeat(200), 'ä b"\n'])('can be of any user id: %j', (userId) => {
    const made = start(userId, 0, lifetimes);
    expect(read('auth', made.authKey)?.userId).toBe(userId);
    expect(made.authKey).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
  });

  it('is of one kind', () => {
    expect(read('refresh', authKey)).toBeNull();
    expect(read('auth', refreshKey)).toBeNull();
  });

  it('is nothing when a piece is missing or added', () => {
    for (let length = 0; length < authKey.length; length += 1)
      expect(read('auth', authKey.slice(0, length))).toBeNull();
    for (const text of [
      `${authKey}=`,
      `${authKey}A`,
      ` ${authKey}`,
      `${authKey}\n`,
      authKey + authKey,
      'A'.repeat(4_000),
    ]) {
      expect(read('auth', text)).toBeNull();
    }
    const longer = Buffer.concat([Buffer.from(authKey, 'base64'), Buffer.alloc(3)]).toString('base64');
    expect(read('auth', longer)).toBeNull();
  });

  it('has one spelling', () => {
    expect(read('auth', authKey.replaceAll('+', '-').replaceAll('/', '_').replace('=', ''))).toBeNull();
    const unusedBits = `${authKey.slice(0, -2)}${String.fromCharCode(authKey.charCodeAt(126) + 1)}=`;
    expect(read('auth', unusedBits)).toBeNull();
  });

  it('is nothing, or another, with any bit flipped', () => {
    const bytes = Buffer.from(authKey, 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const forged = Buffer.from(bytes);
      const at = bit >> 3;
      forged[at] = (forged[at] ?? 0) ^ (1 << (bit & 7));
      const seen = read('auth', forged.toString('base64'));
      expect(seen?.digest, `bit ${bit}`).not.toBe(session.keyDigest);
    }
  });
});
