import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storedIn } from '../support/at-rest.ts';
import { ACME } from '../support/setup.ts';
import { memberSetup } from './callers.ts';
import { useJframework, usePasswords, useSignIns } from './canaries/jframework.ts';
import { useAvibra, useOwnli } from './canaries/partners.ts';
import { usePortal } from './canaries/portal.ts';
import { type Canaries, canariesOn, DECLARED, KEYS, PERSONAL, SENT } from './canaries/told.ts';
import { useFactors, useMachine, useZitadel } from './canaries/zitadel.ts';
import { Folders, type ServerProcess, startProcess, stopProcess } from './process.ts';

const folders = new Folders();
let server: ServerProcess;
let database: string;
let canaries: Canaries;

beforeAll(async () => {
  const dataDir = folders.make();
  const fresh = await folders.database(dataDir);
  database = fresh.url;
  const setupPath = join(folders.make(), 'setup.json');
  const setup = memberSetup();
  const [acme] = setup.organizations;
  acme.administrators =
    acme.administrators?.map((person) => ({
      ...person,
      password: DECLARED.password,
      personalAccessToken: DECLARED.pat,
    })) ?? [];
  acme.ownli = { ...ACME.ownli, clientSecret: DECLARED.ownliSecret };
  acme.avibra = {
    ...ACME.avibra,
    scope: 'users',
    clientSecret: DECLARED.avibraSecret,
    apiKey: DECLARED.apiKey,
    linkToken: { username: 'acme-link', password: DECLARED.linkSecret },
    webhook: {
      url: 'http://127.0.0.1:9/hook',
      events: ['enrollment_successful'],
      username: 'hook',
      password: DECLARED.hookSecret,
    },
  };
  writeFileSync(setupPath, JSON.stringify(setup));
  server = await startProcess(['--port', '0', '--data', dataDir, '--setup', setupPath, ...fresh.args]);
  canaries = canariesOn({ send: server.send, database, dataDir });
  await useEveryDialect(canaries);
});
afterAll(async () => {
  await stopProcess(server);
  await folders.remove();
});

/** Calls that succeed and calls that fail, with canaries wherever there is room for one. */
async function useEveryDialect(canaries: Canaries): Promise<void> {
  await useZitadel(canaries);
  await useMachine(canaries);
  await useFactors(canaries);
  await useJframework(canaries);
  await usePasswords(canaries);
  await useSignIns(canaries);
  await useAvibra(canaries);
  await usePortal(canaries);
  await useOwnli(canaries);
  const { email, phone, username } = PERSONAL;
  for (const place of [
    `/${email}`,
    `/v2/users/${email}`,
    `/api/v1/users/${email}`,
    `/api/users/by-id/${phone}`,
    `/user/${username}`,
  ]) {
    await canaries.send('GET', `${place}?email=${email}&phone=${encodeURIComponent(phone)}`, {
      headers: { authorization: `Bearer ${SENT.badToken}`, 'auth-key': SENT.badToken, 'brand-url': 'acme.test' },
    });
    await canaries.send('POST', place, {
      body: `{"email":"${email}","password":"${SENT.password}"`,
      headers: { 'x-api-key': DECLARED.apiKey },
    });
  }
  await canaries.send('GET', `/v2/users/%zz${username}`);
}

interface LogLine {
  readonly msg: string;
  readonly requestId?: string;
  readonly dialect?: string;
  readonly route?: string;
  readonly status?: number;
}

describe('what a server keeps of what it was told', () => {
  it('at rest: no password, token, code, client secret or API key in the clear', async () => {
    const { made } = canaries;
    const secrets = { ...DECLARED, ...SENT, ...made };
    delete (secrets as Partial<typeof secrets>).hash;
    const stored = await storedIn(database);
    // A control: the search does find what is meant to be there.
    expect([...stored.values()].some((bytes) => bytes.includes(PERSONAL.givenName))).toBe(true);
    const found = [...stored].flatMap(([name, bytes]) =>
      Object.entries(secrets).flatMap(([secret, value]) => (bytes.includes(value) ? [`${secret} in ${name}`] : [])),
    );
    expect(Object.values(made)).toHaveLength(31);
    expect(Object.values(secrets).filter((value) => typeof value !== 'string' || value.length < 4)).toEqual([]);
    expect(found).toEqual([]);
  });

  it('in the log: one line per request with its id, dialect, pattern and status, and no word of what it held', async () => {
    // The log is written in batches, the last of them when the process ends.
    const { stderr, code } = await stopProcess(server);
    expect(code).toBe(0);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line): LogLine => JSON.parse(line));
    const access = new Map(lines.filter(({ msg }) => msg === 'request').map((line) => [line.requestId, line]));
    expect(access.size).toBe(canaries.answers.length);
    for (const { method, path, answer } of canaries.answers) {
      const line = access.get(answer.headers.get('x-request-id') ?? '');
      expect(line, `${method} ${path}`).toMatchObject({ status: answer.status, method });
      expect(['zitadel', 'jframework', 'avibra', 'ownli', 'portal', 'none']).toContain(line?.dialect);
      expect(line?.route).toMatch(/^(\/|\(unmatched\)$)/);
    }
    const told = {
      ...DECLARED,
      ...SENT,
      ...canaries.made,
      ...PERSONAL,
      ...Object.fromEntries(KEYS.map((key) => [key, key])),
    };
    const found = Object.entries(told).filter(([, value]) => stderr.toLowerCase().includes(value.toLowerCase()));
    expect(found).toEqual([]);
    expect(stderr).not.toMatch(/canar/i);
    expect(server.stdout).toBe(`tessera listening on ${server.url}\n`);
  });
});
