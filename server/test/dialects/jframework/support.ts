import { randomInt } from 'node:crypto';
import { Compile } from 'typebox/compile';
import { expect } from 'vitest';
import * as models from '../../../src/api/jframework/models.ts';
import { ACME, type TestSetup, testSetup } from '../../support/setup.ts';
import { startTessera, type Tessera, type TestResponse } from '../../support/tessera.ts';

const checks = { Success: Compile(models.Success), Failure: Compile(models.Failure) };

function expectShape(name: keyof typeof checks, value: unknown): void {
  expect([...checks[name].Errors(value)]).toEqual([]);
}

/** Holds every answer to the envelope; its payload is held to the document of the API. */
export function expectEnvelope(method: string, path: string, response: TestResponse): void {
  if (method === 'HEAD') return;
  const { json, status, headers } = response;
  expect(headers.get('content-type')).toBe('application/json');
  expect(json.statusCode).toBe(status);
  expect(headers.get('x-request-id')).toBeTruthy();
  if (!json.success) {
    expectShape('Failure', json);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(json.message).toBe(json.errors[0].message);
    for (const error of json.errors) expect(error.correlationId).toBe(headers.get('x-request-id'));
    return;
  }
  expectShape('Success', json);
  const tag = headers.get('etag');
  if (tag !== null || SHOWS_USER.test(`${method} ${path}`)) expect(tag).toMatch(/^"[1-9][0-9]*"$/);
}

/** Calls that show one user, and so its version. */
const SHOWS_USER =
  /^((GET|PUT) \/users\/(?!statistics|by-list-id|change-password)[^/?]+|POST \/users\/register(\/[a-z-]+)?|GET \/users\/by-username\/.*)$/;

export interface CallOptions {
  readonly key?: string;
  readonly brand?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The fields of a registration, each of them nobody else's. */
export interface Registration {
  readonly username: string;
  readonly emailAddress: string;
  readonly password: string;
  readonly [more: string]: unknown;
}

export interface Member extends Registration {
  readonly id: string;
  readonly key: string;
  readonly refreshKey: string;
}

/** A client of one brand; every answer it gets is held to the envelope. */
export class Client {
  readonly tessera: Tessera;
  readonly brand: string;

  constructor(tessera: Tessera, brand: string = ACME.brandUrl) {
    this.tessera = tessera;
    this.brand = brand;
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<TestResponse> {
    const { key, brand = this.brand, headers = {}, body } = options;
    const response = await this.tessera.send(method, `/api/v1${path}`, {
      headers: {
        ...(brand === null ? {} : { 'brand-url': brand }),
        ...(key === undefined ? {} : { 'auth-key': key }),
        ...headers,
      },
      body,
    });
    expectEnvelope(method, path, response);
    return response;
  }

  register(body: object, headers: Readonly<Record<string, string>> = {}): Promise<TestResponse> {
    return this.call('POST', '/users/register', { body, headers });
  }

  signIn(username: string, password: string, headers: Readonly<Record<string, string>> = {}): Promise<TestResponse> {
    return this.call('POST', '/users/auth', { body: { username, password }, headers });
  }

  put(who: { readonly id: string; readonly key: string }, body: unknown, options: CallOptions = {}) {
    return this.call('PUT', `/users/${who.id}`, { key: who.key, body, ...options });
  }

  get(id: string, key: string): Promise<TestResponse> {
    return this.call('GET', `/users/${id}`, { key });
  }

  async keyOf(username: string, password: string): Promise<string> {
    return (await this.signIn(username, password)).json.data.authKey;
  }

  /** Registers somebody and signs in. */
  async member(change: Readonly<Record<string, unknown>> = {}): Promise<Member> {
    const registration = { ...somebody(), ...change };
    const registered = await this.register(registration);
    expect(registered.status).toBe(201);
    const signedIn = await this.signIn(registration.username, registration.password);
    const { id, authKey, refreshAuthKey } = signedIn.json.data;
    return { ...registration, id, key: authKey, refreshKey: refreshAuthKey };
  }

  /** The id of one of the brand's roles. */
  async roleId(code: string): Promise<string> {
    const role = (await this.tessera.store.configuration()).organizations
      .flatMap(({ settings }): { code: string; id: string }[] => {
        const { roles, sections } = JSON.parse(settings);
        return sections.jframework?.hosts.includes(this.brand) ? roles : [];
      })
      .find((one) => one.code === code);
    if (role === undefined) throw new Error(`there is no role ${code}`);
    return role.id;
  }

  /** Gives somebody a role of the brand. */
  async grant(id: string, code: string, key: string): Promise<void> {
    const granted = await this.call('POST', `/users/${id}/roles?roleIds=${await this.roleId(code)}`, { key });
    expect(granted.status).toBe(200);
  }

  /** What the user's history has gained since it had `from` events: types and changes. */
  async gained(id: string, from: number): Promise<[string, unknown][]> {
    const events = await this.tessera.events(id);
    return events.slice(from).map(({ type, changes }) => [type, changes]);
  }
}

/** Brands with other settings than the two of every test setup, and people of Acme with roles of the brand's own. */
export const LATER = 'later.test';
export const HIGH = 'high.test';
export const SHARED_CONTACTS = 'shared.test';
export const EDITOR = { username: 'editor', password: 'edit-pass' };
export const READER = { username: 'reader', password: 'read-pass' };
export const ADMIN = { username: 'acme.admin', password: ACME.adminPassword };

export function brandsSetup(): TestSetup {
  return testSetup((setup) => {
    const [acme] = setup.organizations;
    if (acme.jframework === undefined) throw new Error('Acme is a brand');
    acme.jframework.roles = [
      { code: 'EDITOR', name: 'Editor', tags: '#Editor', permissions: ['USER.READ', 'USER.UPDATE'] },
      { code: 'READER', name: 'Reader', permissions: ['USER.READ'] },
    ];
    const person = { givenName: 'Some', familyName: 'Body' };
    acme.users = [
      ...(acme.users ?? []),
      { ...person, ...EDITOR, email: 'editor@acme.test', roles: ['EDITOR'] },
      { ...person, ...READER, email: 'reader@acme.test', roles: ['READER'] },
    ];
    setup.organizations.push(
      { name: 'Later', jframework: { brandUrls: [LATER], updateRequires: 'nothing', passwordPolicyLevel: 'Medium' } },
      {
        name: 'High',
        jframework: { brandUrls: [HIGH, 'https://High-Too.test:8443/app'], passwordPolicyLevel: 'High' },
      },
      { name: 'Shared', unique: [], jframework: { brandUrls: [SHARED_CONTACTS] } },
    );
  });
}

let registrations = 0;

export function somebody(): Registration {
  registrations += 1;
  const name = `user.${registrations}.${randomInt(1_000_000)}`;
  return { username: name, emailAddress: `${name}@example.com`, password: 'passw0rd' };
}

/** What an update must carry. */
export function required({ username, emailAddress }: Registration) {
  return { username, emailAddress };
}

export function codes(response: TestResponse): string[] {
  return response.json.errors.map(({ code }: { code: string }) => code);
}

export async function startClient(parts?: Parameters<typeof startTessera>[1]): Promise<Client> {
  return new Client(await startTessera(brandsSetup(), parts));
}

let numbers = 0;

/** A code that nothing else has. */
export function numbered(prefix: string): string {
  numbers += 1;
  return `${prefix}_${numbers}`;
}
