import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import { Folders, freePort, type ServerProcess, startProcess, stopProcess } from './process.ts';

const folders = new Folders();
let dataDir: string;
let database: string;
let args: string[];
let server: ServerProcess;
let firstScreen: string;
let firstSetup: string;

beforeAll(async () => {
  dataDir = join(folders.make(), 'not', 'yet', 'there');
  // The printed commands name the port, so a second start must listen on the same one.
  const fresh = await folders.database(dataDir);
  database = fresh.url;
  args = ['--port', String(await freePort()), '--data', dataDir, ...fresh.args];
  server = await startProcess(args);
  firstScreen = server.stdout;
  firstSetup = readFileSync(file('setup.json'), 'utf8');
});
afterAll(async () => {
  await stopProcess(server);
  await folders.remove();
});

const file = (name: string) => join(dataDir, name);
const written = () => JSON.parse(firstSetup);
const organization = () => written().organizations[0];
const sample = () => organization().users[0];
const admin = () => ({ authorization: `Bearer ${organization().administrators[0].personalAccessToken}` });

/** The four commands as printed, by the dialect in their title. */
function commands(): Record<string, string> {
  const found = [...firstScreen.matchAll(/^# (\w+)[^\n]*\n(curl[\s\S]*?)\n\n/gm)];
  return Object.fromEntries(found.map(([, title, command]) => [title, command ?? '']));
}

/** Pastes text into a shell. */
async function paste(text: string): Promise<{ code: number | null; output: string; errors: string }> {
  const shell = spawn('sh', [], { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
  let output = '';
  let errors = '';
  shell.stdout.on('data', (chunk) => {
    output += chunk;
  });
  shell.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  shell.stdin.end(`${text}\n`);
  const code = await new Promise<number | null>((resolve) => shell.once('close', resolve));
  return { code, output, errors };
}

/** The calls by which each change is read back, and undone. */
async function reader() {
  const { id, username, email } = sample();
  const { partnerId, clientId, clientSecret } = organization().ownli;
  const token = await server.send('POST', '/api/auth/token', {
    body: { partnerId, clientId, clientSecret, scope: 'admin' },
  });
  const ownli = { authorization: `Bearer ${token.json.access_token}` };
  const brand = { 'brand-url': organization().jframework.brandUrls[0] };
  const owner = organization().administrators[0];
  const session = await server.send('POST', '/api/v1/users/auth', {
    headers: brand,
    body: { username: owner.username, password: owner.password },
  });
  const jframework = { ...brand, 'auth-key': session.json.data.authKey };
  return {
    async shown() {
      const { profile } = (await server.send('GET', `/v2/users/${id}`, { headers: admin() })).json.user.human;
      const { data } = (await server.send('GET', `/api/v1/users/${id}`, { headers: jframework })).json;
      const { customField1 } = (await server.send('GET', `/api/users/by-id/${id}`, { headers: ownli })).json;
      return { Zitadel: profile.nickName, JFramework: data.bio, Avibra: profile.givenName, Ownli: customField1 };
    },
    async undo() {
      const answers = [
        await server.send('PUT', `/v2/users/human/${id}`, {
          headers: admin(),
          body: { profile: { givenName: 'Else', familyName: 'Sample', nickName: 'Else' } },
        }),
        await server.send('PUT', `/api/v1/users/${id}`, {
          headers: jframework,
          body: { username, emailAddress: email, bio: 'Else' },
        }),
        await server.send('PUT', `/api/users/${id}`, { headers: ownli, body: { customField1: 'Else' } }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    },
  };
}

const CHANGED = {
  Zitadel: 'Sammy',
  JFramework: 'Hello from JFramework',
  Avibra: 'Samantha',
  Ownli: 'Hello from Ownli',
};

async function pasteAll(): Promise<void> {
  for (const [title, command] of Object.entries(commands())) {
    const { code, output, errors } = await paste(command);
    expect({ title, code, errors }).toEqual({ title, code: 0, errors: '' });
    expect(output, title).toMatch(/^[{"]/);
  }
}

/** Undoes what the commands did, pastes them again, and looks. */
async function pasteAnew(): Promise<void> {
  const { shown, undo } = await reader();
  await undo();
  expect(await shown()).toEqual({ Zitadel: 'Else', JFramework: 'Else', Avibra: 'Else', Ownli: 'Else' });
  // The Avibra command takes its idempotency key from the clock, in seconds.
  await sleep(1000);
  await pasteAll();
  expect(await shown()).toEqual(CHANGED);
}

describe('the first start on a folder that is not there', () => {
  it('shows the first screen, then exactly one line that says where it listens', () => {
    const ready = `tessera listening on ${server.url}\n`;
    expect(server.url).toBe(`http://127.0.0.1:${args[1]}`);
    expect(firstScreen.startsWith('This is the first start')).toBe(true);
    expect(firstScreen.endsWith(`\n${ready}`)).toBe(true);
    expect(firstScreen.split('tessera listening on')).toHaveLength(2);
    expect(firstScreen).toContain(file('setup.json'));
  });

  it('keeps its folder, its key and its secrets to its owner', () => {
    expect(statSync(file('setup.json')).mode & 0o777).toBe(0o600);
    expect(statSync(file('instance.key')).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  it('prints a command for each of the four dialects that updates the sample user when pasted, and pasted again', async () => {
    expect(Object.keys(commands())).toEqual(Object.keys(CHANGED));
    await pasteAnew();
    await pasteAnew();
  });
});

describe('later starts', () => {
  it('show no first screen, keep everything, and the printed commands still work', async () => {
    const before = await (await reader()).shown();
    expect(await stopProcess(server)).toMatchObject({ code: 0 });
    server = await startProcess(args);
    expect(server.stdout).toBe(`tessera listening on ${server.url}\n`);
    expect(readFileSync(file('setup.json'), 'utf8')).toBe(firstSetup);
    expect(await (await reader()).shown()).toEqual(before);
    await pasteAnew();
  });

  it('do not apply setup.json again, unless it is named; and a password changed through an API outlives both', async () => {
    // Given a password changed through an API, and a file that somebody edited
    const changed = await server.send('PUT', `/v2/users/human/${sample().id}`, {
      headers: admin(),
      body: { password: { password: { password: 'Changed-pass-1!' } } },
    });
    expect(changed.status).toBe(200);
    const edited = written();
    edited.organizations[0].users.push({ ...sample(), ...ADDED });
    writeFileSync(file('setup.json'), JSON.stringify(edited));
    for (const named of [false, true]) {
      // When the server starts
      await stopProcess(server);
      server = await startProcess(named ? [...args, '--setup', file('setup.json')] : args);
      // Then the file counts only when it is named, and the password is that of the API
      const { status } = await server.send('GET', `/v2/users/${ADDED.id}`, { headers: admin() });
      expect({ named, status }).toEqual({ named, status: named ? 200 : 404 });
      expect(await signIn('Changed-pass-1!')).toBe(200);
      expect(await signIn(sample().password)).toBe(401);
    }
    await stopProcess(server);
    expect((await checkDatabase(database)).findings).toEqual([]);
  });
});

const ADDED = {
  id: '400000000000000099',
  username: 'added.later',
  email: 'added@example.test',
  phone: '+12025550199',
  password: 'Added-pass-1!',
};

async function signIn(password: string): Promise<number> {
  const { status } = await server.send('POST', '/api/v1/users/auth', {
    headers: { 'brand-url': organization().jframework.brandUrls[0] },
    body: { username: sample().username, password },
  });
  return status;
}
