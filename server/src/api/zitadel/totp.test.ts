import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { checkTotp, newTotpSecret, parseTotpSecret, totpUri } from './totp.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const STEP = 30_000;
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const open = (sealed: string) => sealed.replace('sealed ', '');
const stored = { sealedSecret: `sealed ${SECRET}`, verifiedAt: null, failures: 0 };
const codeAt = (timestamp: number) => TOTP.generate({ secret: Secret.fromBase32(SECRET), timestamp });
const isRight = (code: string) => checkTotp(stored, code, NOW, { open }).ok;

describe('a code', () => {
  it('of this step, the one before and the one after is right', () => {
    expect([-2, -1, 0, 1, 2].map((steps) => isRight(codeAt(NOW + steps * STEP)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it('is the one of RFC 6238', () => {
    // The last six digits of the vector of its appendix B for SHA-1 at 59 seconds.
    const totp = { ...stored, sealedSecret: Secret.fromLatin1('12345678901234567890').base32 };
    expect(checkTotp(totp, '287082', 59_000, { open }).ok).toBe(true);
  });

  it('may be typed in groups', () => {
    const code = codeAt(NOW);
    expect(isRight(` ${code.slice(0, 3)} ${code.slice(3)}\n`)).toBe(true);
  });

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '🙂🙂🙂', 'x'.repeat(200)])('%j is wrong', (code) => {
    expect(isRight(code)).toBe(false);
  });

  it('is checked against what is named with the result', () => {
    expect(checkTotp(stored, codeAt(NOW), NOW, { open })).toEqual({ against: stored.sealedSecret, ok: true });
    expect(checkTotp(null, codeAt(NOW), NOW, { open })).toEqual({ against: null, ok: false });
  });
});

describe('a secret', () => {
  it('made here is 160 random bits', () => {
    expect(newTotpSecret({ hex: (bytes) => 'ff'.repeat(bytes) })).toBe('7'.repeat(32));
  });

  it.each([
    ['jbswy3dpehpk3pxp', 'JBSWY3DPEHPK3PXP'],
    ['JBSW Y3DP EHPK 3PXP', 'JBSWY3DPEHPK3PXP'],
    ['JBSWY3DPEHPK3PXPAA======', 'JBSWY3DPEHPK3PXPAA'],
  ])('%j is kept as %j', (text, kept) => {
    expect(parseTotpSecret(text)).toBe(kept);
  });

  it.each([
    ['nothing', ' '],
    ['padding alone', '===='],
    ['other digits', 'JBSWY3DPEHPK3PX1'],
    ['padding within', 'JBSWY3DP=EHPK3PXP'],
    ['a letter that only upper case makes one of them', 'JBSWY3DPEHPK3PXı'],
    ['less than ten bytes', 'JBSWY3DPEHPK3P'],
    ['a length that no bytes have', 'JBSWY3DPEHPK3PXPA'],
  ])('%s is none', (_what, text) => {
    expect(parseTotpSecret(text)).toBeNull();
  });

  it('is told to authenticator apps by a URI', () => {
    expect(totpUri(SECRET, 'Acme: Shop & Co', 'ada@a.test')).toBe(
      `otpauth://totp/Acme%20%20Shop%20%26%20Co:ada%40a.test?issuer=Acme%20%20Shop%20%26%20Co&secret=${SECRET}&algorithm=SHA1&digits=6&period=30`,
    );
  });
});
