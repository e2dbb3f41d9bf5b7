import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, addUser, expectRefusal, leavesNoTrace, plant, update, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

let id = '';
beforeAll(async () => {
  id = await addUser(tessera, { username: 'bad.input' });
});

const NAMES = { givenName: 'G', familyName: 'F' };
const LONG = '😀'.repeat(201);
const BETWEEN = 'value length must be between 1 and 200 runes, inclusive';
const AT_MOST = 'value length must be at most 200 runes';
const nested = (field: string, rest: string) =>
  `invalid UpdateHumanUserRequest.${field}: embedded message failed validation | caused by: invalid ${rest}`;

describe('field rules, the first violation only', () => {
  it.each([
    ['username ""', { username: '' }, `invalid UpdateHumanUserRequest.Username: ${BETWEEN}`],
    ['username of 201', { username: LONG }, `invalid UpdateHumanUserRequest.Username: ${BETWEEN}`],
    [
      'profile without names',
      { profile: { nickName: 'x' } },
      nested('Profile', `SetHumanProfile.GivenName: ${BETWEEN}`),
    ],
    [
      'profile without family name',
      { profile: { givenName: 'x' } },
      nested('Profile', `SetHumanProfile.FamilyName: ${BETWEEN}`),
    ],
    [
      'given name of 201',
      { profile: { ...NAMES, givenName: LONG } },
      nested('Profile', `SetHumanProfile.GivenName: ${BETWEEN}`),
    ],
    [
      'nick name of 201',
      { profile: { ...NAMES, nickName: LONG } },
      nested('Profile', `SetHumanProfile.NickName: ${AT_MOST}`),
    ],
    [
      'display name of 201',
      { profile: { ...NAMES, displayName: LONG } },
      nested('Profile', `SetHumanProfile.DisplayName: ${AT_MOST}`),
    ],
    [
      'language of 11',
      { profile: { ...NAMES, preferredLanguage: 'abcdefghijk' } },
      nested('Profile', 'SetHumanProfile.PreferredLanguage: value length must be at most 10 runes'),
    ],
    ['empty email', { email: {} }, nested('Email', `SetHumanEmail.Email: ${BETWEEN}`)],
    ['phone of 201', { phone: { phone: LONG } }, nested('Phone', `SetHumanPhone.Phone: ${AT_MOST}`)],
    [
      'empty template',
      { email: { email: 'a@b.ch', sendCode: { urlTemplate: '' } } },
      nested(
        'Email',
        `SetHumanEmail.SendCode: embedded message failed validation | caused by: invalid SendEmailVerificationCode.UrlTemplate: ${BETWEEN}`,
      ),
    ],
    [
      'empty password',
      { password: { password: {} } },
      nested(
        'Password',
        `SetPassword.Password: embedded message failed validation | caused by: invalid Password.Password: ${BETWEEN}`,
      ),
    ],
    [
      'empty hash',
      { password: { hashedPassword: { hash: '' } } },
      nested(
        'Password',
        `SetPassword.HashedPassword: embedded message failed validation | caused by: invalid HashedPassword.Hash: ${BETWEEN}`,
      ),
    ],
    [
      'code of 21',
      { password: { password: { password: 'x' }, verificationCode: 'x'.repeat(21) } },
      nested('Password', 'SetPassword.VerificationCode: value length must be between 1 and 20 runes, inclusive'),
    ],
    ['two violations', { profile: {}, username: '' }, `invalid UpdateHumanUserRequest.Username: ${BETWEEN}`],
    [
      'violations of two messages',
      { email: {}, profile: {} },
      nested('Profile', `SetHumanProfile.GivenName: ${BETWEEN}`),
    ],
  ])('%s', async (_what, body, message) => {
    await leavesNoTrace(tessera, id, async () => expectRefusal(await update(tessera, id, body), 400, 3, message));
  });

  it.each([
    'nobody',
    'a@',
    '@b.ch',
    'a@b@c.ch',
    'a@-b.ch',
    'a@bücher.ch',
    'a b@c.ch',
    `${'a'.repeat(65)}@b.ch`,
    'team: a@b.ch;',
    'a@b.ch () (x\r\nBcc: evil@c.ch)',
    '<a@b.ch> (\r\n\r\n)',
    'a\u200b@b.ch',
  ])('no e-mail address: %j', async (email) => {
    await leavesNoTrace(tessera, id, async () => {
      const response = await update(tessera, id, { email: { email } });
      expect(response.status).toBe(400);
      expect(response.json).toEqual({
        code: 3,
        message: expect.stringContaining(nested('Email', 'SetHumanEmail.Email: value must be a valid email address')),
      });
    });
  });
});

describe('meaning', () => {
  it.each([
    ['an e-mail with a display name', { email: { email: 'Ann <a@b.ch>' } }, 'Email is invalid (EMAIL-599GV)'],
    ['an e-mail with a comment', { email: { email: 'a@b.ch (Ann)' } }, 'Email is invalid (EMAIL-599GV)'],
    ['a phone that cannot be parsed', { phone: { phone: 'call me' } }, 'Phone is invalid (PHONE-so0wa)'],
    [
      'a template that cannot be parsed',
      { email: { email: 'a@b.ch', sendCode: { urlTemplate: 'https://x.test/{{.Code' } } },
      'URL Template is invalid (DOMAIN-oGh5e)',
    ],
    [
      'a template with an unknown field',
      { email: { email: 'a@b.ch', sendCode: { urlTemplate: 'https://x.test/{{.Name}}' } } },
      'URL Template is invalid (DOMAIN-ieYa7)',
    ],
    [
      'a template that leads elsewhere',
      { email: { email: 'a@b.ch', sendCode: { urlTemplate: 'javascript:alert(1)' } } },
      'URL Template is invalid (DOMAIN-oGh5e)',
    ],
    ['password:{}', { password: {} }, 'Password is empty (COMMAND-3klek4sbns)'],
    ['only a verification', { password: { currentPassword: 'x' } }, 'Password is empty (COMMAND-3klek4sbns)'],
    [
      "another organization's domain",
      { username: 'somebody@Globex.test' },
      'Domain is already reserved and cannot be used (COMMAND-SFd21)',
    ],
  ])('%s', async (_what, body, message) => {
    await leavesNoTrace(tessera, id, async () => expectRefusal(await update(tessera, id, body), 400, 3, message));
  });

  it("takes the part after the last @ for a username's domain, and one's own domain", async () => {
    const other = await addUser(tessera);
    expect((await update(tessera, other, { username: 'x@globex.test@acme.test' })).status).toBe(200);
  });

  it('refuses a password for a user who is not initialized, and nothing else', async () => {
    await plant(tessera, { id: 'initial', state: 'initial' });
    const password = { password: { password: 'Secr3tP4ssw0rd!' } };
    const refused = await update(tessera, 'initial', { password });
    expectRefusal(refused, 400, 9, 'User is not yet initialized (COMMAND-M9dse)');
    expect((await update(tessera, 'initial', { profile: NAMES })).status).toBe(200);
  });
});

describe('bodies that are no request', () => {
  const deep = `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`;
  it.each([
    ['broken JSON', '{"username":'],
    ['an array', '[]'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['a number for a string', '{"username":1}'],
    ['a boolean for a string', '{"profile":{"givenName":true}}'],
    ['a string for a boolean', '{"email":{"email":"a@b.ch","isVerified":"true"}}'],
    ['an array for a message', '{"profile":[]}'],
    ['a string for a message', '{"profile":"x"}'],
    ['a fractional enum', '{"profile":{"givenName":"a","familyName":"b","gender":1.5}}'],
    ['two members of one oneof', '{"email":{"email":"a@b.ch","returnCode":{},"isVerified":true}}'],
    ['two passwords', '{"password":{"password":{"password":"x"},"hashedPassword":{"hash":"x"}}}'],
    ['two proofs', '{"password":{"password":{"password":"x"},"currentPassword":"x","verificationCode":"y"}}'],
    ['a field by both its names', '{"profile":{"givenName":"a","given_name":"b","familyName":"c"}}'],
    ['duplicate members', '{"username":"one","username":"two"}'],
    ['a lone surrogate', '{"username":"\\ud800"}'],
    ['NUL', '{"username":"a\\u0000b"}'],
    ['deep nesting', deep],
    ['a byte order mark', '\ufeff{}'],
    ['a number out of range', '{"x":1e999}'],
  ])('%s', async (_what, body) => {
    await leavesNoTrace(tessera, id, async () => {
      const response = await update(tessera, id, body);
      expect(response.status).toBe(400);
      expect(response.json).toEqual({ code: 3, message: expect.stringMatching(/^proto: /) });
    });
  });

  it('invalid UTF-8', async () => {
    const body = new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]);
    const response = await fetch(`${tessera.url}/v2/users/human/${id}`, {
      method: 'PUT',
      headers: { ...ADMIN, 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code: 3, message: 'proto: The body is not valid UTF-8.' });
  });

  it('members named like parts of a prototype are unknown fields', async () => {
    await leavesNoTrace(tessera, id, async () => {
      const body = '{"__proto__":{"username":"evil"},"constructor":{"prototype":{"username":"evil"}}}';
      expect((await update(tessera, id, body)).status).toBe(200);
    });
    expect({}).not.toHaveProperty('username');
  });

  it('another media type is 415', async () => {
    const response = await update(tessera, id, '{}', { ...ADMIN, 'content-type': 'text/plain' });
    expect(response.status).toBe(415);
    expect(response.json).toMatchObject({ code: 3 });
  });

  it('a body of 2 MB is 413', async () => {
    const response = await update(tessera, id, { username: 'x'.repeat(2 * 1024 * 1024) });
    expect(response.status).toBe(413);
    expect(response.json).toMatchObject({ code: 8 });
  });

  it.each(['authorization', 'if-match', 'idempotency-key', 'x-zitadel-orgid'])('a doubled %s', async (name) => {
    const { hostname, port } = new URL(tessera.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => resolve(text)).on('error', reject);
      const value = name === 'authorization' ? ADMIN['authorization'] : '"1"';
      const authorization = name === 'authorization' ? '' : `Authorization: ${ADMIN['authorization']}\r\n`;
      const doubled = `${name}: ${value}\r\n${name.toUpperCase()}: ${value}\r\n`;
      const head = `Host: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n`;
      socket.write(`PUT /v2/users/human/${id} HTTP/1.1\r\n${head}${authorization}${doubled}\r\n{}`);
    });
    expect(answer).toContain('HTTP/1.1 400');
    expect(answer).toContain(`{"code":3,"message":"The header ${name} is repeated."}`);
  });

  it.each([
    ['if-match', 'one'],
    ['idempotency-key', 'two words'],
  ])('a malformed %s', async (name, value) => {
    const response = await update(tessera, id, {}, { ...ADMIN, [name]: value });
    expect(response.status).toBe(400);
    expect(response.json).toMatchObject({ code: 3 });
  });

  it.each(['%ff', '%00', 'x'.repeat(201)])('a path with the id %s', async (path) => {
    const response = await tessera.send('PUT', `/v2/users/human/${path}`, { headers: ADMIN, body: {} });
    expect(response.status).toBe(400);
    expect(response.json).toMatchObject({ code: 3 });
  });

  it('the server is alive after all that', async () => {
    expect((await tessera.send('GET', '/readyz')).status).toBe(200);
  });
});
