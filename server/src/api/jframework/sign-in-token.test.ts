import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../crypto/secrets.ts';
import { openSignInToken, type SignInToken, sealSignInToken } from './sign-in-token.ts';

const secrets = createSecrets(Buffer.alloc(32, 1));
const TOKEN: SignInToken = {
  userId: null,
  brandId: '301000000000000001',
  kind: 'email',
  codeId: '0011223344556677',
  expiresAt: 1_700_000_000_000,
  limitedAs: secrets.secretDigest('test', 'a@example.com'),
};
const IDS = [
  ['nobody', null],
  ['a generated id', '301000000000000002'],
  ['the shortest id', '1'],
  ['a long id', 'x'.repeat(200)],
  ['a long id of another script', '\u{1f642}'.repeat(200)],
  ['a long id that JSON escapes', '\u0001'.repeat(200)],
] as const;

describe('the token of a code', () => {
  it.each(IDS)('given %s, then it is opened again, and its length tells nothing', (_name, userId) => {
    for (const kind of ['email', 'phone'] as const) {
      const sealed = sealSignInToken({ ...TOKEN, kind, userId }, secrets);
      expect(openSignInToken(sealed, secrets)).toEqual({ ...TOKEN, kind, userId });
      expect(sealed).toHaveLength(sealSignInToken({ ...TOKEN, kind }, secrets).length);
    }
  });

  it('given a link, which only its recipient sees, then it is short', () => {
    const sealed = sealSignInToken({ ...TOKEN, kind: 'link', userId: '301000000000000002' }, secrets);
    expect(openSignInToken(sealed, secrets)?.kind).toBe('link');
    expect(sealed.length).toBeLessThan(300);
  });

  it('given another sealed text, then it is none', () => {
    for (const text of ['none', secrets.seal('none'), secrets.seal('["verify email","1","code"]')]) {
      expect(openSignInToken(text, secrets)).toBeNull();
    }
  });
});
