import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { changed, parse, sample } from '../../test/support/setup-text.ts';
import { ConfigError } from './config-error.ts';
import { readSetup } from './setup-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tessera-setup-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a valid setup file', () => {
  it('is filled in with the defaults', () => {
    const setup = parse(JSON.stringify(sample()));
    expect(setup.instance).toMatchObject({ name: 'Tessera', usernameScope: 'instance' });
    expect(setup.organizations[0]).toMatchObject({
      unique: ['email', 'phone'],
      administrators: [],
      policies: {
        passwordComplexity: { minLength: 8, lower: true, upper: true, digit: true, symbol: true },
        lockout: { maxPasswordAttempts: 0 },
        passwordHashes: ['bcrypt', 'argon2'],
      },
      zitadel: { domains: ['acme.test'] },
      jframework: { passwordPolicyLevel: 'Low', updateRequires: 'usernameAndEmail' },
      avibra: { scope: 'users' },
    });
    expect(setup.organizations[1]).toEqual(expect.objectContaining({ name: 'Beta', unique: [] }));
    expect(Object.keys(setup.organizations[1] ?? {})).not.toContain('jframework');
  });

  it('fills in what offers leave out', () => {
    const offers = [{ name: 'basic', benefits: [{ name: 'life' }, { name: 'dental', isIncluded: false }] }];
    const [acme] = parse(changed('organizations.0.avibra.offers', offers)).organizations;
    const benefits = [
      { name: 'life', isIncluded: true },
      { name: 'dental', isIncluded: false },
    ];
    expect(acme?.avibra?.offers).toEqual([{ name: 'basic', isDefault: false, benefits }]);
  });

  it('limits what it does not name as ever, number by number', () => {
    const text = changed('instance.rateLimits', {
      message: { user: { burst: 3 } },
      token: { address: { perHour: 7 } },
    });
    const { rateLimits } = parse(text).instance;
    expect(rateLimits.message).toEqual({ user: { burst: 3, perHour: 10 }, address: { burst: 200, perHour: 1200 } });
    expect(rateLimits.token).toEqual({ address: { burst: 300, perHour: 7 } });
    expect(rateLimits.signIn).toEqual(parse(JSON.stringify(sample())).instance.rateLimits.signIn);
  });

  it('takes secrets from variables', () => {
    const text = changed('organizations.0.users.0.password', { env: 'VI_PASSWORD' });
    const setup = parse(text, { VI_PASSWORD: 'From-env-1!' });
    expect(setup.organizations[0]?.users[0]?.password).toBe('From-env-1!');
  });

  it('may be empty, carry a byte order mark and name its schema', () => {
    const path = join(folder, 'empty.json');
    writeFileSync(path, '\ufeff{"$schema": "./setup.schema.json"}');
    expect(readSetup(path, {}).organizations).toEqual([]);
  });

  it('may use a username twice when the scope is the organization', () => {
    const text = JSON.parse(changed('organizations.1.users.0.username', 'VI'));
    text.instance.usernameScope = 'organization';
    expect(parse(JSON.stringify(text)).instance.usernameScope).toBe('organization');
  });
});

const OFFER = { name: 'basic', benefits: [] };
const OTHER_AVIBRA = { partnerName: 'b', clientId: 'b', clientSecret: 's', apiKey: 'b' };
const OTHER_OWNLI = { partnerId: 'b', clientId: 'b', clientSecret: 's' };
const CHARACTERS = 'of 1 to 200 characters';

describe('an invalid setup file is refused in one sentence', () => {
  it.each<[string, unknown, string]>([
    ['organisations', [], 'organisations is not a known member'],
    ['organizations.0.users.0.nickname', 'x', 'organizations[0].users[0].nickname is not a known member'],
    ['organizations.0.a b', 'x', 'organizations[0]."a b" is not a known member'],
    ['instance.administrators.0.roles', [], 'instance.administrators[0].roles is not a known member'],
    ['organizations', {}, 'organizations must be a list'],
    ['organizations.0', null, 'organizations[0] must be an object'],
    ['organizations.0.name', undefined, 'organizations[0].name is missing'],
    ['organizations.0.name', 7, `organizations[0].name must be a string ${CHARACTERS}`],
    ['organizations.0.id', '', `organizations[0].id must be a string ${CHARACTERS}`],
    ['organizations.0.id', '😀'.repeat(201), `organizations[0].id must be a string ${CHARACTERS}`],
    [
      'organizations.0.policies',
      { lockout: { maxPasswordAttempts: -1 } },
      'organizations[0].policies.lockout.maxPasswordAttempts must be an integer of at least 0',
    ],
    [
      'organizations.0.policies',
      { passwordComplexity: { minLength: 0 } },
      'organizations[0].policies.passwordComplexity.minLength must be an integer from 1 to 200',
    ],
    [
      'organizations.0.policies',
      { passwordComplexity: { digit: 'yes' } },
      'organizations[0].policies.passwordComplexity.digit must be true or false',
    ],
    [
      'organizations.0.policies',
      { passwordHashes: ['plain'] },
      'organizations[0].policies.passwordHashes[0] must be one of "bcrypt", "argon2", "scrypt", "pbkdf2", "sha2", "phpass", "md5", "md5plain", "md5salted", "drupal7"',
    ],
    ['organizations.0.unique', ['email', 'email'], 'organizations[0].unique must not list a value twice'],
    ['instance.identityProviders', [{ id: 'a' }], 'instance.identityProviders[0].name is missing'],
    [
      'instance.identityProviders',
      [{ id: '', name: 'A' }],
      `instance.identityProviders[0].id must be a string ${CHARACTERS}`,
    ],
    [
      'organizations.0.identityProviders',
      [{ id: 'a', name: 'A', secret: 'x' }],
      'organizations[0].identityProviders[0].secret is not a known member',
    ],
    [
      'organizations.0.identityProviders',
      [
        { id: 'a', name: 'A' },
        { id: 'a', name: 'B' },
      ],
      'organizations[0].identityProviders[1].id must differ from organizations[0].identityProviders[0].id',
    ],
    ['organizations.0.unique', ['fax'], 'organizations[0].unique[0] must be one of "email", "phone"'],
    ['instance.usernameScope', 'world', 'instance.usernameScope must be one of "instance", "organization"'],
    ['organizations.0.users.0.password', '', `organizations[0].users[0].password must be a string ${CHARACTERS}`],
    ['organizations.0.users.0.password', 5, 'organizations[0].users[0].password must be a string or {"env": "NAME"}'],
    [
      'organizations.0.users.0.password',
      { env: 5 },
      'organizations[0].users[0].password.env must be the name of an environment variable',
    ],
    [
      'organizations.0.users.0.password',
      { env: 'X', or: 1 },
      'organizations[0].users[0].password.or is not a known member',
    ],
    [
      'organizations.0.users.0.password',
      { env: 'NOWHERE' },
      'organizations[0].users[0].password names the variable NOWHERE, which is not set',
    ],
    [
      'organizations.0.users.0.password',
      { env: 'EMPTY' },
      'organizations[0].users[0].password names the variable EMPTY, which is empty',
    ],
    [
      'organizations.0.users.0.personalAccessToken',
      { env: 'SPACED' },
      `organizations[0].users[0].personalAccessToken must be visible ASCII characters without spaces ${CHARACTERS}, which the variable SPACED does not hold`,
    ],
    [
      'organizations.0.users.0.username',
      { env: 'X' },
      `organizations[0].users[0].username must be a string ${CHARACTERS}`,
    ],
    ['organizations.0.users.0.email', 'vi', `organizations[0].users[0].email must be an e-mail address ${CHARACTERS}`],
    [
      'instance.rateLimits',
      { signIn: { user: { burst: 0 } } },
      'instance.rateLimits.signIn.user.burst must be an integer from 1 to 1000000',
    ],
    ['instance.rateLimits', { token: { user: {} } }, 'instance.rateLimits.token.user is not a known member'],
    [
      'organizations.0.jframework.domainWhiteListURLs',
      ['pages.acme.test', 'https://'],
      'organizations[0].jframework.domainWhiteListURLs[1] must be a domain or an address, not "https://"',
    ],
    ['organizations.0.jframework.brandUrls', [], 'organizations[0].jframework.brandUrls must be a list of at least 1'],
    [
      'organizations.0.jframework.roles.0.permissions',
      ['user:read'],
      `organizations[0].jframework.roles[0].permissions[0] must be a permission code such as USER.READ ${CHARACTERS}`,
    ],
    [
      'organizations.0.jframework.packages.0.prices',
      [{ code: 'P', name: 'P', amount: -1, currency: 'USD' }],
      'organizations[0].jframework.packages[0].prices[0].amount must be a number of at least 0',
    ],
    ['organizations.1.id', '300000000000000001', 'organizations[1].id must differ from organizations[0].id'],
    ['organizations.1.id', '100000000000000000', 'organizations[1].id is reserved for the built-in organization'],
    ['organizations.1.users.0.id', undefined, 'organizations[1].users[0] must have an id or a username'],
    ['organizations.1.users.0.id', '1', 'organizations[1].users[0].id must differ from organizations[0].users[0].id'],
    [
      'organizations.1.users.0.username',
      'ROOT',
      'organizations[1].users[0].username must differ from instance.administrators[0].username',
    ],
    [
      'organizations.1.users.0.personalAccessToken',
      'root-pat',
      'organizations[1].users[0].personalAccessToken must differ from instance.administrators[0].personalAccessToken',
    ],
    [
      'organizations.0.users.1',
      { id: '3', givenName: 'V', familyName: 'E', email: 'VI@acme.test' },
      'organizations[0].users[1].email must differ from organizations[0].users[0].email',
    ],
    [
      'organizations.0.users.0.roles',
      ['IAM_OWNER'],
      'organizations[0].users[0].roles[0] must not be IAM_OWNER: roles of the instance cannot be held inside an organization',
    ],
    [
      'instance.users',
      [{ id: '3', givenName: 'I', familyName: 'U', roles: ['IAM_OWNER_VIEWER', 'ORG_OWNER'] }],
      'instance.users[0].roles[1] is "ORG_OWNER", which is no role of the instance',
    ],
    ['organizations.0.users.1', { id: '3', familyName: 'E' }, 'organizations[0].users[1].givenName is missing'],
    [
      'organizations.0.users.1',
      { id: '3', givenName: 'V', familyName: 'E', name: 'V E' },
      'organizations[0].users[1].name is for machines only',
    ],
    ['organizations.0.users.1', { id: '3', kind: 'machine' }, 'organizations[0].users[1].name is missing'],
    [
      'organizations.0.users.1',
      { id: '3', kind: 'machine', name: 'M', password: 'x' },
      'organizations[0].users[1].password is for people, not for machines',
    ],
    [
      'organizations.0.users.1',
      { id: '3', kind: 'robot', name: 'M' },
      'organizations[0].users[1].kind must be one of "human", "machine"',
    ],
    [
      'instance.administrators.0',
      { id: '3', kind: 'machine', givenName: 'V', familyName: 'E' },
      'instance.administrators[0].kind is not a known member',
    ],
    [
      'instance.users',
      [{ username: 'ROOT', givenName: 'I', familyName: 'U' }],
      'instance.users[0].username must differ from instance.administrators[0].username',
    ],
    [
      'organizations.1.users.0.roles',
      ['EDITOR'],
      'organizations[1].users[0].roles[0] is "EDITOR", which is no built-in role and none of organizations[1].jframework.roles',
    ],
    [
      'organizations.0.jframework.roles.1',
      { code: 'ORG_OWNER', name: 'O', permissions: [] },
      'organizations[0].jframework.roles[1].code must not be ORG_OWNER, which is a built-in role',
    ],
    [
      'organizations.0.jframework.roles.1',
      { code: 'EDITOR', name: 'E', permissions: [] },
      'organizations[0].jframework.roles[1].code must differ from organizations[0].jframework.roles[0].code',
    ],
    [
      'organizations.0.jframework.packages.1',
      { code: 'PRO', name: 'Pro', isDefault: true },
      'organizations[0].jframework.packages[1].isDefault must be false, because organizations[0].jframework.packages[0] is the default already',
    ],
    [
      'organizations.0.jframework.packages.0.features.0.resetPolicy',
      'Custom',
      'organizations[0].jframework.packages[0].features[0].customIntervalDays must be given with the resetPolicy Custom, and only then',
    ],
    [
      'organizations.0.jframework.brandUrls.0',
      'http://',
      'organizations[0].jframework.brandUrls[0] must be a domain or an address, not "http://"',
    ],
    [
      'organizations.1.jframework',
      { brandUrls: ['https://ACME.test:8443/app/'] },
      'organizations[1].jframework.brandUrls[0] must differ from organizations[0].jframework.brandUrls[0]',
    ],
    [
      'organizations.1.zitadel',
      { domains: ['acme.TEST'] },
      'organizations[1].zitadel.domains[0] must differ from organizations[0].zitadel.domains[0]',
    ],
    [
      'organizations.1.avibra',
      { ...OTHER_AVIBRA, partnerName: 'acme' },
      'organizations[1].avibra.partnerName must differ from organizations[0].avibra.partnerName',
    ],
    [
      'organizations.1.avibra',
      { ...OTHER_AVIBRA, clientId: 'acme-avibra' },
      'organizations[1].avibra.clientId must differ from organizations[0].avibra.clientId',
    ],
    [
      'organizations.1.avibra',
      { ...OTHER_AVIBRA, apiKey: 'avibra-key' },
      'organizations[1].avibra.apiKey must differ from organizations[0].avibra.apiKey',
    ],
    [
      'organizations.1.ownli',
      { ...OTHER_OWNLI, partnerId: 'acme' },
      'organizations[1].ownli.partnerId must differ from organizations[0].ownli.partnerId',
    ],
    [
      'organizations.1.ownli',
      { ...OTHER_OWNLI, clientId: 'acme-ownli' },
      'organizations[1].ownli.clientId must differ from organizations[0].ownli.clientId',
    ],
    [
      'organizations.0.avibra.offers',
      [OFFER, OFFER],
      'organizations[0].avibra.offers[1].name must differ from organizations[0].avibra.offers[0].name',
    ],
    [
      'organizations.0.avibra.offers',
      [
        { ...OFFER, isDefault: true },
        { ...OFFER, name: 'a' },
        { ...OFFER, name: 'b', isDefault: true },
      ],
      'organizations[0].avibra.offers[2].isDefault must be false, because organizations[0].avibra.offers[0] is the default already',
    ],
    [
      'organizations.0.avibra.offers',
      [{ ...OFFER, benefits: [{ name: 'life' }, { name: 'life' }] }],
      'organizations[0].avibra.offers[0].benefits[1].name must differ from organizations[0].avibra.offers[0].benefits[0].name',
    ],
    ['organizations.0.avibra.offers', [{ name: 'basic' }], 'organizations[0].avibra.offers[0].benefits is missing'],
    ['organizations.0.avibra.apiKey', undefined, 'organizations[0].avibra.apiKey is missing'],
  ])('%s = %j', (path, value, sentence) => {
    const env = { EMPTY: '', SPACED: 'a b' };
    expect(() => parse(changed(path, value), env)).toThrow(new ConfigError(`setup.json: ${sentence}`));
  });

  it.each([
    ['[]', 'the file must be an object'],
    ['{"__proto__": {}}', '__proto__ is not a known member'],
    ['{\n "instance": {},\n "instance": {}\n}', 'line 3, column 2 repeats the member "instance"'],
    ['{"instance": {"password": hunter2}}', 'line 1, column 27 does not hold a JSON value'],
  ])('%s', (text, sentence) => {
    expect(() => parse(text)).toThrow(new ConfigError(`setup.json: ${sentence}`));
  });

  it('refuses a file that it cannot read', () => {
    const large = join(folder, 'large.json');
    writeFileSync(large, '');
    truncateSync(large, 16 * 1024 * 1024 + 1);
    const latin = join(folder, 'latin.json');
    writeFileSync(latin, Buffer.from([0x22, 0xe9, 0x22]));
    const missing = join(folder, 'missing.json');
    const sentences = [missing, folder, large, latin].map((path) => {
      try {
        return readSetup(path, {});
      } catch (error) {
        return error instanceof ConfigError ? error.message : error;
      }
    });
    expect(sentences).toEqual([
      `the setup file ${missing} cannot be read: there is no such file`,
      `the setup file ${folder} cannot be read: it is a folder`,
      `the setup file ${large} is larger than 16 MB`,
      `the setup file ${latin} is not UTF-8 text`,
    ]);
  });
});
