import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SetupFile } from '../../../src/config/setup-schema.ts';
import { checkDatabase } from '../../support/checker.ts';
import { ACME, GLOBEX, type TestSetup } from '../../support/setup.ts';
import { startTessera, type Tessera, type TestResponse } from '../../support/tessera.ts';
import { ADMIN, bearer, type Headers, newPerson, ROOT_AUTH, update, zitadelSetup } from './support.ts';

type Policies = NonNullable<NonNullable<SetupFile['instance']>['policies']>;

let tessera: Tessera;
afterEach(() => tessera.stop());

const GLOBEX_ADMIN = bearer(GLOBEX.adminPat);

async function start(change: (setup: TestSetup) => void): Promise<void> {
  tessera = await startTessera(zitadelSetup(change));
}

async function restartWith(change: (setup: TestSetup) => void): Promise<void> {
  writeFileSync(join(tessera.dataDir, 'test-setup.json'), JSON.stringify(zitadelSetup(change)));
  await tessera.restart();
}

const ofAcme = (policies: Policies) => (setup: TestSetup) => {
  setup.organizations[0].policies = policies;
};

function send(path: string, body: object, headers: Headers): Promise<TestResponse> {
  return tessera.send(path.startsWith('PATCH ') ? 'PATCH' : 'POST', path.replace('PATCH ', ''), { headers, body });
}

async function person(change: object, headers: Headers = ADMIN): Promise<string> {
  const response = await send('/v2/users/human', newPerson(change), headers);
  expect(response.status, response.text).toBe(200);
  return response.json.userId;
}

/** The ids of errors, or the statuses, of everything that sets a password, in Acme or by its administrator's peer. */
async function settingBy(password: string, organizationId: string, headers: Headers): Promise<string[]> {
  const old = 'Old-passw0rd!-long';
  const id = async () => person({ password: { password: old } }, ROOT_AUTH_IN(organizationId));
  const reset = async (user: string) =>
    (await send(`/v2/users/${user}/password_reset`, { returnCode: {} }, headers)).json.verificationCode;
  const one = await id();
  const codeForUpdate = await id();
  const codeForSet = await id();
  const answers = [
    await send('/v2/users/human', newPerson({ password: { password } }), headers),
    await send('/v2/users/new', { organizationId, human: newPerson({ password: { password } }) }, headers),
    await update(tessera, one, { password: { password: { password } } }, headers),
    await send(`PATCH /v2/users/${await id()}`, { human: { password: { password: { password } } } }, headers),
    await send(`/v2/users/${await id()}/password`, { newPassword: { password } }, headers),
    await send(`/v2/users/${await id()}/password`, { newPassword: { password }, currentPassword: old }, headers),
    await send(
      `/v2/users/${codeForSet}/password`,
      { newPassword: { password }, verificationCode: await reset(codeForSet) },
      headers,
    ),
    await update(
      tessera,
      codeForUpdate,
      { password: { password: { password }, verificationCode: await reset(codeForUpdate) } },
      headers,
    ),
  ];
  return answers.map(({ status, json }) => (status === 200 ? '200' : json.details[0].id.slice(-5)));
}

const ROOT_AUTH_IN = (organizationId: string): Headers => ({ ...ROOT_AUTH, 'x-zitadel-orgid': organizationId });
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('password complexity', () => {
  it('is that of the organization, on every way to a password, and changes with the setup file', async () => {
    const shortAndPlain = { minLength: 4, lower: false, upper: false, digit: false, symbol: false };
    await start(ofAcme({ passwordComplexity: shortAndPlain }));
    expect(await settingBy('easy', ACME.id, ADMIN)).toEqual(times(8, '200'));
    expect(await settingBy('eas', ACME.id, ADMIN)).toEqual(times(8, 'HuJf6'));
    expect(await settingBy('easy', GLOBEX.id, GLOBEX_ADMIN)).toEqual(times(8, 'HuJf6'));
    // When
    await restartWith(ofAcme({ passwordComplexity: { ...shortAndPlain, symbol: true } }));
    // Then
    expect(await settingBy('easy', ACME.id, ADMIN)).toEqual(times(8, 'ZDLwA'));
  });

  it.each([
    ['lower', 'PASSWORD-1', 'co3Xw'],
    ['upper', 'password-1', 'VoaRj'],
    ['digit', 'Password-x', 'ZBv4H'],
    ['symbol', 'Passw0rd12', 'ZDLwA'],
  ] as const)('asks for %s only where it is switched on', async (rule, password, id) => {
    await start(ofAcme({ passwordComplexity: { [rule]: false } }));
    const body = () => newPerson({ password: { password } });
    expect((await send('/v2/users/human', body(), ADMIN)).status).toBe(200);
    const { status, json } = await send('/v2/users/human', body(), GLOBEX_ADMIN);
    expect([status, json.details[0].id]).toEqual([400, `COMMA-${id}`]);
  });

  it('comes from the instance where the organization says nothing, also for those that an API makes', async () => {
    const plain = { passwordComplexity: { minLength: 4, upper: false, digit: false, symbol: false } };
    const instancePolicies = (policies: Policies) => (setup: TestSetup) => {
      setup.instance.policies = policies;
      setup.organizations[1].policies = { passwordComplexity: { minLength: 12 } };
    };
    await start(instancePolicies(plain));
    const admin = (password: string) => ({ human: newPerson({ password: { password } }) });
    const made = await send('/v2/organizations', { name: 'Made', orgId: 'made', admins: [admin('easy')] }, ROOT_AUTH);
    expect(made.status, made.text).toBe(200);
    const easy = (headers: Headers, password = 'easy') =>
      send('/v2/users/human', newPerson({ password: { password } }), headers).then(({ status }) => status);
    expect([await easy(ADMIN), await easy(ROOT_AUTH_IN('made')), await easy(ROOT_AUTH)]).toEqual([200, 200, 200]);
    // What the organization says of one rule leaves the others to the instance.
    expect([await easy(GLOBEX_ADMIN), await easy(GLOBEX_ADMIN, 'easy and long enough')]).toEqual([400, 200]);
    // When
    await restartWith(instancePolicies({}));
    // Then
    expect([await easy(ADMIN), await easy(ROOT_AUTH_IN('made')), await easy(ROOT_AUTH)]).toEqual([400, 400, 400]);
    const refused = await send('/v2/organizations', { name: 'More', admins: [admin('easy')] }, ROOT_AUTH);
    expect(refused.json.details[0].id).toBe('COMMA-HuJf6');
  });
});

describe('lockout', () => {
  const old = 'Old-passw0rd!';
  const wrong = { currentPassword: 'Wr0ng-passw0rd!' };
  const newPassword = { password: 'N3w-passw0rd!' };
  const CHECKS = {
    UpdateHumanUser: (id: string, headers: Headers) =>
      update(tessera, id, { password: { password: newPassword, ...wrong } }, headers),
    UpdateUser: (id: string, headers: Headers) =>
      send(`PATCH /v2/users/${id}`, { human: { password: { password: newPassword, ...wrong } } }, headers),
    SetPassword: (id: string, headers: Headers) => send(`/v2/users/${id}/password`, { newPassword, ...wrong }, headers),
  };

  it.each(Object.keys(CHECKS) as (keyof typeof CHECKS)[])('comes after as many wrong passwords in %s', async (name) => {
    await start(ofAcme({ lockout: { maxPasswordAttempts: 2 } }));
    const [mine, theirs] = [
      await person({ password: { password: old } }),
      await person({ password: { password: old } }, GLOBEX_ADMIN),
    ];
    for (const failedAttempts of [1, 2]) {
      const { status, json } = await CHECKS[name](mine, ADMIN);
      expect([status, json.details[0]]).toMatchObject([400, { id: 'COMMAND-3M0fs', failedAttempts }]);
      expect((await CHECKS[name](theirs, GLOBEX_ADMIN)).status).toBe(400);
    }
    expect([(await tessera.user(mine)).state, (await tessera.user(theirs)).state]).toEqual(['locked', 'active']);
    expect((await CHECKS[name](mine, ADMIN)).json.details[0]).toMatchObject({ id: 'COMMAND-JLK35', failedAttempts: 2 });
    // When
    await restartWith(ofAcme({ lockout: { maxPasswordAttempts: 0 } }));
    await send(`/v2/users/${mine}/unlock`, {}, ADMIN);
    // Then
    for (let attempt = 0; attempt < 3; attempt += 1) await CHECKS[name](mine, ADMIN);
    expect((await tessera.user(mine)).state).toBe('active');
  });

  it('also comes after wrong passwords at a sign-in of the brand, which has a limit of its own besides', async () => {
    await start(ofAcme({ lockout: { maxPasswordAttempts: 2 } }));
    const username = 'signs.in';
    const id = await person({ username, password: { password: old } });
    const theirs = await person({ username: 'signs.in.too', password: { password: old } }, GLOBEX_ADMIN);
    const signIn = (brandUrl: string, name: string) =>
      tessera.send('POST', '/api/v1/users/auth', {
        headers: { 'brand-url': brandUrl },
        body: { username: name, password: 'Wr0ng-passw0rd!' },
      });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await signIn(ACME.brandUrl, username);
      await signIn(GLOBEX.brandUrl, 'signs.in.too');
    }
    expect([(await tessera.user(id)).state, (await tessera.user(theirs)).state]).toEqual(['locked', 'active']);
  });

  it.each(Object.keys(CHECKS) as (keyof typeof CHECKS)[])('may keep the count to itself in %s', async (name) => {
    await start(ofAcme({ lockout: { maxPasswordAttempts: 2, showFailures: false } }));
    const mine = await person({ password: { password: old } });
    const theirs = await person({ password: { password: old } }, GLOBEX_ADMIN);
    const detail = {
      '@type': 'type.googleapis.com/zitadel.v1.CredentialsCheckError',
      id: 'COMMAND-3M0fs',
      message: 'Password is invalid',
    };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect((await CHECKS[name](mine, ADMIN)).json.details).toEqual([detail]);
    }
    expect((await CHECKS[name](theirs, GLOBEX_ADMIN)).json.details).toEqual([{ ...detail, failedAttempts: 1 }]);
    expect((await tessera.user(mine)).password.failedAttempts).toBe(2);
    const [locked] = (await CHECKS[name](mine, ADMIN)).json.details;
    expect(locked).toEqual({ ...detail, id: 'COMMAND-JLK35', message: 'User is locked' });
  });
});

describe('login names that must end in a domain', () => {
  const DOMAIN = { domain: { userLoginMustBeDomain: true } };
  const twoDomains = (setup: TestSetup) => {
    ofAcme(DOMAIN)(setup);
    setup.organizations[0].zitadel = { domains: [ACME.brandUrl, 'second.test'] };
  };
  const shown = async (id: string, headers: Headers) => {
    const { user } = (await tessera.send('GET', `/v2/users/${id}`, { headers })).json;
    return [user.username, user.loginNames, user.preferredLoginName];
  };

  it('are shown with every domain, the primary one first, in single reads and in lists', async () => {
    await start(twoDomains);
    const id = await person({ username: 'mina' });
    const names = ['mina@acme.test', 'mina@second.test'];
    expect(await shown(id, ADMIN)).toEqual(['mina', names, names[0]]);
    const queries = [{ inUserIdsQuery: { userIds: [id] } }];
    const { result } = (await send('/v2/users', { queries }, ADMIN)).json;
    expect(result[0]).toMatchObject({ username: 'mina', loginNames: names, preferredLoginName: names[0] });
    const theirs = await person({ username: 'theirs' }, GLOBEX_ADMIN);
    expect(await shown(theirs, GLOBEX_ADMIN)).toEqual(['theirs', ['theirs'], 'theirs']);
    // When
    await restartWith(() => {});
    // Then
    expect(await shown(id, ADMIN)).toEqual(['mina', ['mina'], 'mina']);
  });

  it('leave a username to others: it is unique in the organization alone', async () => {
    await start(twoDomains);
    const taken = async (username: string, headers: Headers) =>
      (await send('/v2/users/human', newPerson({ username }), headers)).status;
    expect([await taken('mina', ADMIN), await taken('mina', GLOBEX_ADMIN), await taken('MINA', ADMIN)]).toEqual([
      200, 200, 409,
    ]);
    const id = await person({ username: 'other' });
    expect((await update(tessera, id, { username: 'Mina' })).status).toBe(409);
    expect((await checkDatabase(tessera.database)).findings).toEqual([]);
    // The two are one name again once both must share it, and then the start is refused.
    await expect(restartWith(() => {})).rejects.toThrow(/unique values that several users hold: "username:\*:mina"/);
    await restartWith(twoDomains);
    expect((await checkDatabase(tessera.database)).findings).toEqual([]);
  });

  it('cannot be mistaken for others: a domain in the username is only a part of it', async () => {
    await start(twoDomains);
    const named = (username: string, headers: Headers) =>
      send('/v2/users/human', newPerson({ username }), headers).then(({ status, json }) =>
        status === 200 ? status : json.details[0].id,
      );
    expect(await named(`x@${GLOBEX.brandUrl}`, ADMIN)).toBe(200);
    expect(await named('x@second.test', GLOBEX_ADMIN)).toBe('COMMAND-SFd21');
  });

  it('tell at sign-in of which organization a machine is', async () => {
    await start(twoDomains);
    const made = async (username: string, organizationId: string, headers: Headers) => {
      const body = { organizationId, username, machine: { name: 'Robot' } };
      const { id } = (await send('/v2/users/new', body, headers)).json;
      return { id, secret: (await send(`/v2/users/${id}/secret`, {}, headers)).json.clientSecret };
    };
    const mine = await made('robot', ACME.id, ADMIN);
    const theirs = await made('robot', GLOBEX.id, GLOBEX_ADMIN);
    const signIn = async (clientId: string, { secret }: { secret: string }) => {
      const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`;
      const { status } = await tessera.send('POST', '/oauth/v2/token', {
        headers: {
          authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials&scope=openid',
      });
      return status;
    };
    expect([await signIn('robot@acme.test', mine), await signIn('robot@second.test', mine)]).toEqual([200, 200]);
    expect([await signIn('robot', theirs), await signIn(theirs.id, theirs)]).toEqual([200, 200]);
    for (const [name, machine] of [
      ['robot', mine],
      ['robot@acme.test', theirs],
      ['robot@globex.test', mine],
    ] as const) {
      expect(await signIn(name, machine)).toBe(401);
    }
  });
});
