import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderFirstScreen } from './first-screen.ts';
import { firstSetup } from './first-setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'tessera-screen-'));
const log = join(folder, 'calls');
const BASE = 'http://127.0.0.1:8080';

// Stands for curl: notes its arguments and answers what a sign-in would.
beforeAll(() => {
  const answer = '{"success":true,"data":{"authKey":"a/b+c=","refreshAuthKey":"wrong"},"access_token":"t.o-k_e"}';
  const script = `#!/bin/sh\nfor a in "$@"; do printf '%s\\0' "$a" >>'${log}'; done\nprintf '\\0' >>'${log}'\nprintf '%s' '${answer}'\n`;
  writeFileSync(join(folder, 'curl'), script);
  chmodSync(join(folder, 'curl'), 0o755);
});
beforeEach(() => writeFileSync(log, ''));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs one printed command; answers the arguments of each call of curl, in order. */
function run(command: string): string[][] {
  execFileSync('/bin/sh', ['-c', command], { env: { PATH: `${folder}:/usr/bin:/bin` } });
  return readFileSync(log, 'utf8')
    .split('\0\0')
    .slice(0, -1)
    .map((call) => call.split('\0'));
}

function commands(screen: string): string[] {
  return screen
    .split('\n\n')
    .flatMap((block) => (block.includes('\ncurl ') ? [block.replace(/^#.*\n/, '').trimEnd()] : []));
}

const setup = firstSetup(randomBytes);
const [organization] = setup.organizations;
const [user] = organization?.users ?? [];
const screen = renderFirstScreen({ setup, baseUrl: BASE, file: '/data/setup.json' });
const [zitadel = '', jframework = '', avibra = '', ownli = ''] = commands(screen);

describe('the first screen', () => {
  it('says where the secrets lie and has one command for each dialect', () => {
    expect(screen).toContain('/data/setup.json');
    expect(commands(screen)).toHaveLength(4);
  });

  it('updates through Zitadel with the token of the administrator', () => {
    expect(run(zitadel)).toEqual([
      [
        '-sS',
        '-X',
        'PUT',
        `${BASE}/v2/users/human/${user?.id}`,
        '-H',
        `Authorization: Bearer ${organization?.administrators[0]?.personalAccessToken}`,
        '-H',
        'Content-Type: application/json',
        '-d',
        '{"profile":{"givenName":"Sam","familyName":"Sample","nickName":"Sammy"}}',
      ],
    ]);
  });

  it('signs in to JFramework first', () => {
    const [signIn, update] = run(jframework);
    expect(signIn).toContain(`${BASE}/api/v1/users/auth`);
    expect(signIn).toContain(JSON.stringify({ username: 'sam.sample', password: user?.password }));
    expect(update).toContain(`${BASE}/api/v1/users/${user?.id}`);
    expect(update).toContain('Brand-URL: example.test');
    expect(update).toContain('Auth-Key: a/b+c=');
    expect(update?.at(-1)).toBe(
      '{"username":"sam.sample","emailAddress":"sam.sample@example.test","bio":"Hello from JFramework"}',
    );
  });

  it('gets an Avibra token first, and another idempotency key each time', () => {
    const [token, update] = run(avibra);
    expect(token).toContain(`${BASE}/oauth2/token`);
    expect(token?.at(-1)).toBe(
      `grant_type=client_credentials&client_id=example-avibra&client_secret=${organization?.avibra?.clientSecret}&scope=users`,
    );
    expect(update).toContain(`${BASE}/user/account/update`);
    expect(update).toContain('Authorization: Bearer t.o-k_e');
    expect(update).toContain('Version: v2');
    expect(update).toContain(`x-api-key: ${organization?.avibra?.apiKey}`);
    expect(update).toContainEqual(expect.stringMatching(/^Idempotency-Key: first-\d+$/));
    expect(update?.at(-1)).toBe(`{"userid":"${user?.id}","partnername":"example","firstname":"Samantha"}`);
  });

  it('gets an Ownli token of admin scope first', () => {
    const [token, update] = run(ownli);
    expect(token).toContain(`${BASE}/api/auth/token`);
    expect(token?.at(-1)).toBe(
      `{"partnerId":"example","clientId":"example-ownli","clientSecret":"${organization?.ownli?.clientSecret}","scope":"admin"}`,
    );
    expect(update).toContain(`${BASE}/api/users/${user?.id}`);
    expect(update).toContain('Authorization: Bearer t.o-k_e');
    expect(update?.at(-1)).toBe('{"customField1":"Hello from Ownli"}');
  });

  it('lets the shell expand nothing in a value', () => {
    // Given
    const nasty = `'; echo "$HOME" \`id\` \\ !`;
    const hostile = structuredClone(setup);
    for (const person of hostile.organizations[0]?.users ?? []) {
      person.password = nasty;
    }
    // When
    const [, command = ''] = commands(renderFirstScreen({ setup: hostile, baseUrl: BASE, file: 'x' }));
    // Then
    expect(run(command)[0]).toContain(JSON.stringify({ username: 'sam.sample', password: nasty }));
  });
});
