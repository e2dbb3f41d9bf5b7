import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createClientTokens, fingerprintOf } from './client-tokens.ts';

const signingKey = Buffer.alloc(32, 1);
const NOW = Date.UTC(2026, 0, 15);
const client = { clientId: 'c', scope: 'admin', credential: fingerprintOf('digest') };

function tokensAt(time: { now: number }, audience = 'api') {
  return createClientTokens({ signingKey, audience, lifetime: 60, clock: () => time.now });
}

describe('client tokens', () => {
  it('tell who the client is, its scope, and for which secret they were issued', async () => {
    const tokens = tokensAt({ now: NOW });
    const token = await tokens.issue(client);
    const told = { ...client, expiresAt: NOW + 60_000 };
    expect(await tokens.verify(token)).toEqual(told);
    expect(await tokens.verify(token)).toEqual(told);
    expect(await tokensAt({ now: NOW }).verify(token)).toEqual(told);
  });

  it('end, also when they were verified before', async () => {
    const time = { now: NOW };
    const tokens = tokensAt(time);
    const token = await tokens.issue(client);
    expect(await tokens.verify(token)).not.toBeNull();
    time.now += 60_000;
    expect(await tokens.verify(token)).toBeNull();
  });

  it('are those of one API', async () => {
    const token = await tokensAt({ now: NOW }, 'other').issue(client);
    expect(await tokensAt({ now: NOW }).verify(token)).toBeNull();
  });

  it.each(['sub', 'exp', 'scope', 'credential'])('are worth nothing without %s', async (missing) => {
    const claims = { sub: 'c', exp: NOW / 1000 + 60, scope: 's', credential: 'x', aud: 'api', iss: 'tessera' };
    const { [missing as 'sub']: _left, ...rest } = claims;
    const sign = (payload: Partial<typeof claims>) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(signingKey);
    const tokens = tokensAt({ now: NOW });
    expect(await tokens.verify(await sign(claims))).not.toBeNull();
    expect(await tokens.verify(await sign(rest))).toBeNull();
  });

  it('do not give away what is stored of the secret', () => {
    expect(fingerprintOf('digest')).not.toContain('digest');
    expect(fingerprintOf('digest')).toBe(fingerprintOf('digest'));
    expect(fingerprintOf('digest')).not.toBe(fingerprintOf('other'));
  });
});
