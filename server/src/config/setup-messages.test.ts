import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { parseSetup } from './setup-file.ts';

const MAIL = { host: 'smtp.acme.test', from: 'no-reply@acme.test' };
const SMS = { url: 'https://sms.acme.test/messages' };

const parse = (instance: object, env = {}) => parseSetup(JSON.stringify({ instance }), env, 'setup.json').instance;

function refusalOf(instance: object): string {
  try {
    parse(instance);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the mail server of a setup file', () => {
  it('is none unless it is declared', () => {
    expect(parse({})).not.toHaveProperty('mail');
    expect(parse({})).not.toHaveProperty('sms');
  });

  it.each([
    [{}, { tls: 'starttls', port: 587 }],
    [{ tls: 'implicit' }, { tls: 'implicit', port: 465 }],
    [{ tls: 'none' }, { tls: 'none', port: 25 }],
    [
      { tls: 'none', port: 2525 },
      { tls: 'none', port: 2525 },
    ],
  ])('is encrypted unless it says otherwise: %j', (given, expected) => {
    expect(parse({ mail: { ...MAIL, ...given } }).mail).toEqual({ ...MAIL, ...expected });
  });

  it('may have its password in a variable, and a long one', () => {
    const password = `${'x'.repeat(1000)} ü`;
    const mail = { ...MAIL, user: 'acme', password: { env: 'SMTP_PASSWORD' } };
    expect(parse({ mail }, { SMTP_PASSWORD: password }).mail).toMatchObject({ user: 'acme', password });
  });

  it.each([
    [{ host: 'smtp.acme.test:587' }, 'instance.mail.host must be an IP address or a host name'],
    [{ host: 'https://smtp.acme.test' }, 'instance.mail.host must be'],
    [{ port: 0 }, 'instance.mail.port must be an integer from 1 to 65535'],
    [{ tls: 'opportunistic' }, 'instance.mail.tls must be one of "starttls", "implicit", "none"'],
    [{ from: 'Acme <no-reply@acme.test>' }, 'instance.mail.from must be an e-mail address'],
    [{ from: 'a@acme.test,b@acme.test' }, 'instance.mail.from must be an e-mail address'],
    [{ from: 'a..b@acme.test' }, 'instance.mail.from must be an e-mail address without a name'],
    [{ replyTo: 'help@' }, 'instance.mail.replyTo must be an e-mail address'],
    [{ user: 'acme' }, 'instance.mail must have both a user and a password, or neither'],
    [{ password: 'secret' }, 'instance.mail must have both a user and a password, or neither'],
    [{ user: 'a', password: 'secret', tls: 'none' }, 'instance.mail.tls must not be "none"'],
    [{ secure: true }, 'instance.mail.secure is not a known member'],
  ])('is refused with %j', (change, problem) => {
    const refusal = refusalOf({ mail: { ...MAIL, ...change } });
    expect(refusal).toContain(`setup.json: ${problem}`);
    expect(refusal).not.toContain('secret');
  });

  it('may be asked for a password in clear on this machine', () => {
    const mail = { ...MAIL, host: '127.0.0.1', tls: 'none', user: 'a', password: 'b' };
    expect(refusalOf({ mail })).toBe('accepted');
  });
});

describe('the SMS gateway of a setup file', () => {
  it('is at a public address unless it says otherwise', () => {
    expect(parse({ sms: SMS }).sms).toEqual({ ...SMS, allowPrivateAddresses: false });
    const sms = { url: 'http://10.0.0.1/sms', allowPrivateAddresses: true, from: 'Acme', authorization: 'Basic abc=' };
    expect(parse({ sms }).sms).toEqual(sms);
  });

  it.each([
    [{ url: 'sms.acme.test' }, 'instance.sms.url must be an absolute http or https address'],
    [{ url: 'https://' }, 'instance.sms.url must be an absolute http or https address'],
    [{ url: 'https://a:secret@sms.acme.test' }, 'instance.sms.url must not hold a user name or a password'],
    [{ url: 'http://sms.acme.test' }, 'instance.sms.url must begin with https'],
    [{ authorization: 'Bearer a\r\nX: secret' }, 'instance.sms.authorization must be visible ASCII characters'],
    [{ token: 'secret' }, 'instance.sms.token is not a known member'],
  ])('is refused with %j', (change, problem) => {
    const refusal = refusalOf({ sms: { ...SMS, ...change } });
    expect(refusal).toContain(`setup.json: ${problem}`);
    expect(refusal).not.toContain('secret');
  });
});
