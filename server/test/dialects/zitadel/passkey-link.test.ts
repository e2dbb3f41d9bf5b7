import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { CODE_ID, parseUrlTemplate, renderUrlTemplate } from '../../../src/core/values/url-template.ts';
import { loadInstanceKey } from '../../../src/crypto/instance-key.ts';
import { createSecrets } from '../../../src/crypto/secrets.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { withRows } from '../../support/rows.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  MANAGE,
  messagesTo,
  NO_MEMBERSHIP,
  NO_PERMISSION,
  NO_USER,
  OWNER,
  plant,
  ROOT_AUTH,
  update,
  VIEWER,
  zitadelSetup,
} from './support.ts';
import { createLink, credentialCalls, listPasskeys } from './webauthn-support.ts';

let now = Date.now();
const tessera = await startTessera(zitadelSetup(), { clock: () => now });
afterAll(() => tessera.stop());

let user = '';
beforeEach(async () => {
  user = await addUser(tessera);
});

const HOUR = 60 * 60 * 1000;
const { begin, begun, finish } = credentialCalls(tessera, 'passkey');
const STATIC = [403, 7, 'No matching permissions found (AUTH-5mWD2)'] as const;
const ABSENT = [400, 9, 'Code not found'] as const;
const WRONG = [400, 3, 'Code is invalid (CODE-woT0xc)'] as const;
const EXPIRED = [400, 9, 'Code is expired (CODE-QvUQ4P)'] as const;

async function returned(of = user): Promise<{ id: string; code: string }> {
  const response = await createLink(tessera, of);
  expect(response.status, response.text).toBe(200);
  return response.json.code;
}

/** The message that waits to be sent to the user. */
async function sentTo(id: string) {
  const [row] = await withRows(tessera.database, ({ query }) =>
    query('SELECT message FROM outbox WHERE user_id = $1', [id]),
  );
  return JSON.parse(String(row?.message));
}

describe('CreatePasskeyRegistrationLink', () => {
  it('returns an id and a code of twelve characters, and mails nothing', async () => {
    const response = await createLink(tessera, user);
    expect(response.json).toEqual({
      details: expect.objectContaining({ sequence: '2' }),
      code: { id: expect.stringMatching(/^\d{18}$/), code: expect.stringMatching(/^[A-Za-z0-9]{12}$/) },
    });
    expect(response.headers.get('etag')).toBe('"1"');
    expect(await messagesTo(tessera, user)).toEqual([]);
    expect(await eventTypes(tessera, user)).toEqual(['user.created', 'user.passkey_code_added']);
    const stored = await withRows(tessera.database, ({ query }) => query('SELECT * FROM events'));
    expect(JSON.stringify(stored)).not.toContain(response.json.code.code);
  });

  it('mails a link that begins a registration', async () => {
    const urlTemplate = 'https://x.test/{{.UserID}}/{{ .OrgID }}?id={{.CodeID}}&code={{.Code}}';
    const response = await createLink(tessera, user, { sendLink: { urlTemplate } });
    expect(Object.keys(response.json)).toEqual(['details']);
    // When
    const message = await sentTo(user);
    expect(message).toMatchObject({ kind: 'register_passkey', channel: 'email', urlTemplate });
    const code = createSecrets(loadInstanceKey(tessera.dataDir, undefined, false)).open(message.sealedCode);
    const values = { userId: user, orgId: ACME.id, code, codeId: message.codeId };
    const link = new URL(renderUrlTemplate(parseUrlTemplate(message.urlTemplate, CODE_ID), values));
    // Then
    expect(link.pathname).toBe(`/${user}/${ACME.id}`);
    const { id, code: sent } = Object.fromEntries(link.searchParams);
    expect(sent).toMatch(/^[A-Za-z0-9]{12}$/);
    expect((await begin(user, { code: { id, code: sent } }, END)).status).toBe(200);
  });

  it.each([{}, { sendLink: {} }])('mails the usual link unless asked otherwise: %j', async (body) => {
    expect((await createLink(tessera, user, body)).status).toBe(200);
    expect(await sentTo(user)).toMatchObject({ kind: 'register_passkey', urlTemplate: null });
  });

  it('a template that is no good', async () => {
    const link = (urlTemplate: string) => createLink(tessera, user, { sendLink: { urlTemplate } });
    expectRefusal(await link('https://x.test/{{.Name}}'), 400, 3, 'URL Template is invalid (DOMAIN-ieYa7)');
    expectRefusal(await link('https://{{.CodeID}}.test'), 400, 3, 'URL Template is invalid (DOMAIN-oGh5e)');
    const body = { sendCode: { urlTemplate: 'https://x.test/{{.CodeID}}' } };
    const invite = await tessera.send('POST', `/v2/users/${user}/invite_code`, { headers: ADMIN, body });
    expectRefusal(invite, 400, 3, 'URL Template is invalid (DOMAIN-ieYa7)');
  });

  it('nobody without an address gets a mail', async () => {
    await plant(tessera, { id: 'addressless' });
    expectRefusal(await createLink(tessera, 'addressless', {}), 400, 9, 'Email not found (COMMAND-ieJ2e)');
    expect((await createLink(tessera, 'addressless')).status).toBe(200);
  });

  it.each<[string, Headers, readonly [number, number, string]]>([
    ['nobody', {}, [401, 16, 'auth header missing']],
    ['a member', END, STATIC],
    ['a viewer', VIEWER, STATIC],
    ['another organization', bearer(GLOBEX.adminPat), NO_MEMBERSHIP],
    ['who acts in another organization', { ...ADMIN, 'x-zitadel-orgid': GLOBEX.id }, STATIC],
  ])('%s may not', async (_who, headers, refused) => {
    await leavesNoTrace(tessera, user, async () =>
      expectRefusal(await createLink(tessera, user, { returnCode: {} }, headers), ...refused),
    );
  });

  it('oneself may not, a manager may, but not for who holds more', async () => {
    expectRefusal(await createLink(tessera, END_USER.id, {}, END), ...STATIC);
    expect((await createLink(tessera, user, {}, MANAGE)).status).toBe(200);
    expect((await createLink(tessera, user, {}, ROOT_AUTH)).status).toBe(200);
    expectRefusal(await createLink(tessera, OWNER.id, {}, MANAGE), ...NO_PERMISSION);
  });

  it('the right is asked for before the fields', async () => {
    const body = { sendLink: { urlTemplate: '' } };
    expectRefusal(await createLink(tessera, user, body, END), ...STATIC);
    expect((await createLink(tessera, user, body)).json.message).toContain('UrlTemplate');
  });

  it('for nobody, for a machine', async () => {
    await plant(tessera, { id: 'machine-link', kind: 'machine' });
    for (const missing of ['unknown', 'machine-link']) expectRefusal(await createLink(tessera, missing), ...NO_USER);
  });

  it('a repeated call gets the code again, a stale If-Match none', async () => {
    const keyed = { ...ADMIN, 'idempotency-key': `link-${user}` };
    const first = await createLink(tessera, user, { returnCode: {} }, keyed);
    const again = await createLink(tessera, user, { returnCode: {} }, keyed);
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
    const answers = await withRows(tessera.database, ({ query }) => query('SELECT * FROM answers'));
    expect(JSON.stringify(answers)).not.toContain(first.json.code.code);
    await leavesNoTrace(tessera, user, async () => {
      const stale = await createLink(tessera, user, { returnCode: {} }, { ...ADMIN, 'if-match': '"7"' });
      expect(stale.status).toBe(412);
    });
  });
});

describe('the code of a link', () => {
  it('lets a member register who has no right to, and verify what it began, but not what others did', async () => {
    // Given
    const code = await returned();
    const own = await begun(user);
    // When
    const response = await begun(user, { code }, END);
    // Then
    expectRefusal(await finish(user, own.id, own.answerOf(), END), ...NO_MEMBERSHIP);
    expectRefusal(await finish(user, response.id, own.answerOf(), END), 400, 3, 'Credential is invalid');
    const key = { ...END, 'idempotency-key': `finish-${user}` };
    const answer = response.answerOf();
    const finished = await finish(user, response.id, answer, key);
    expect(finished.status, finished.text).toBe(200);
    expect((await finish(user, response.id, answer, key)).text).toBe(finished.text);
    expect((await listPasskeys(tessera, user)).json.result).toHaveLength(1);
    const path = `/v2/users/${user}/passkeys/${response.id}`;
    expectRefusal(await tessera.send('DELETE', path, { headers: END }), ...NO_MEMBERSHIP);
  });

  it('is used up by beginning, also after a restart', async () => {
    const code = await returned();
    const key = { ...END, 'idempotency-key': `begin-${user}` };
    const first = await begin(user, { code }, key);
    expect(first.status, first.text).toBe(200);
    expectRefusal(await begin(user, { code }, END), ...ABSENT);
    await tessera.restart();
    expectRefusal(await begin(user, { code }, ADMIN), ...ABSENT);
    expect((await begin(user, { code }, key)).text).toBe(first.text);
    expect((await eventTypes(tessera, user)).slice(1)).toEqual(['user.passkey_code_added', 'user.passkey_added']);
  });

  it('begins one registration, however many try at the same moment', async () => {
    const code = await returned();
    const answers = await Promise.all(Array.from({ length: 5 }, () => begin(user, { code }, END)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
    expect((await tessera.user(user)).factors.passkeys).toHaveLength(1);
  });

  it('dies after five wrong tries, whoever makes them', async () => {
    const code = await returned();
    const wrong = { ...code, code: 'AAAAAAAAAAAA' };
    for (let tries = 1; tries <= 5; tries += 1) {
      expectRefusal(await begin(user, { code: wrong }, tries % 2 === 0 ? ADMIN : END), ...WRONG);
    }
    expectRefusal(await begin(user, { code }, END), ...ABSENT);
    const failed = (await eventTypes(tessera, user)).filter((type) => type === 'user.passkey_code_failed');
    expect(failed).toHaveLength(5);
    expect((await tessera.user(user)).factors.passkeys).toEqual([]);
  });

  it('lives an hour', async () => {
    const code = await returned();
    const other = await addUser(tessera);
    const late = await returned(other);
    now += HOUR - 1;
    expect((await begin(user, { code }, END)).status).toBe(200);
    now += 1;
    await leavesNoTrace(tessera, other, async () => expectRefusal(await begin(other, { code: late }, END), ...EXPIRED));
  });

  it('is ended by another, and by another address', async () => {
    const first = await returned();
    const second = await returned();
    expectRefusal(await begin(user, { code: first }, END), ...ABSENT);
    await update(tessera, user, { email: { email: `moved.${user}@mouse.test`, isVerified: true } });
    expectRefusal(await begin(user, { code: second }, END), ...ABSENT);
  });

  it('fits no other id, no other user, and no other purpose', async () => {
    const code = await returned();
    const other = await addUser(tessera);
    const theirs = await returned(other);
    await leavesNoTrace(tessera, user, async () => {
      expectRefusal(await begin(user, { code: { ...code, id: theirs.id } }, END), ...ABSENT);
    });
    expectRefusal(await begin(other, { code: { ...code, id: theirs.id } }, END), ...WRONG);
    const headers = END;
    const body = { verificationCode: code.code };
    const verified = await tessera.send('POST', `/v2/users/${user}/email/verify`, { headers, body });
    expectRefusal(verified, 400, 3, 'Code is invalid (COMMAND-eis9R)');
  });

  it('is of no use to another organization, and not without a sign-in', async () => {
    const code = await returned();
    await leavesNoTrace(tessera, user, async () => {
      expectRefusal(await begin(user, { code }, bearer(GLOBEX.adminPat)), ...NO_USER);
      expectRefusal(await begin(user, { code }, {}), 401, 16, 'auth header missing');
    });
  });

  it('counts for who has the right as well', async () => {
    const { id } = await returned();
    expectRefusal(await begin(user, { code: { id, code: 'AAAAAAAAAAAA' } }), ...WRONG);
    const empty = await begin(user, { code: {} });
    expect(empty.json.message).toContain('between 1 and 200 runes');
  });

  it('is kept as long as the registration it would begin is refused', async () => {
    const code = await returned();
    for (let n = 0; n < 20; n += 1) {
      const { id, answerOf } = await begun(user);
      await finish(user, id, answerOf(new Authenticator()));
    }
    expectRefusal(await begin(user, { code }, END), 400, 9, 'User has too many of these already');
    const [first] = (await tessera.user(user)).factors.passkeys;
    await tessera.send('DELETE', `/v2/users/${user}/passkeys/${first?.id}`, { headers: ADMIN });
    expect((await begin(user, { code }, END)).status).toBe(200);
  });
});
