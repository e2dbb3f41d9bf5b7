import { describe, expect, it } from 'vitest';
import { CODE, codeMessage } from '../../../test/support/messages.ts';
import { DomainError } from '../../core/errors.ts';
import { linkOf } from './links.ts';

const BASE = { publicUrl: 'http://id.internal:8080', hasLoginPages: true };

describe('the link of a message', () => {
  it.each([
    ['verify_email', '/ui/v2/login/verify?code=A1B2C3&userId=400000000000000001&organization=org-a'],
    ['invite_user', '/ui/v2/login/verify?invite=true&code=A1B2C3&userId=400000000000000001&organization=org-a'],
    ['reset_password', '/ui/v2/login/password/set?code=A1B2C3&userId=400000000000000001&organization=org-a'],
    ['register_passkey', '/ui/v2/login/passkey/set?codeId=5&code=A1B2C3&userId=400000000000000001&organization=org-a'],
  ] as const)('of %s leads to the login pages under the public URL', (kind, path) => {
    const message = codeMessage({ kind, ...(kind === 'register_passkey' && { codeId: '5' }) });
    expect(linkOf(message, CODE, BASE)).toEqual({ url: `http://id.internal:8080${path}`, needsCode: true });
  });

  it.each([
    ['sign_in_code', 'email'],
    ['verify_phone', 'sms'],
    ['reset_password', 'sms'],
  ] as const)('is none for %s by %s', (kind, channel) => {
    expect(linkOf(codeMessage({ kind, channel }), CODE, BASE)).toEqual({ url: null, needsCode: true });
  });

  it('is the template it came with, also in a text message', () => {
    const urlTemplate = 'https://app.test/{{.UserID}}/{{ .OrgID }}?c={{.Code}}&again={{.Code}}';
    const message = codeMessage({ kind: 'reset_password', channel: 'sms', urlTemplate, userId: 'a/b&c' });
    expect(linkOf(message, '{{.OrgID}}', BASE)).toEqual({
      url: 'https://app.test/a%2Fb%26c/org-a?c=%7B%7B.OrgID%7D%7D&again=%7B%7B.OrgID%7D%7D',
      needsCode: false,
    });
  });

  it('never holds a value that could end it', () => {
    const { url } = linkOf(codeMessage({ userId: '1" onclick="x\r\n<b>\'' }), CODE, BASE);
    expect(url).toContain('userId=1%22%20onclick%3D%22x%0D%0A%3Cb%3E%27&');
  });

  it.each(['https://app.test/{{7*7}}', 'https://app.test/{{.Secret}}', 'http://evil.test/{{.Code}}', 'x'])(
    'is refused where a stored template is none, as %s',
    (urlTemplate) => {
      expect(() => linkOf(codeMessage({ urlTemplate }), CODE, BASE)).toThrow(DomainError);
    },
  );
});
