import { hash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Authenticator, type CreationOptions, type Deviation } from '../../test/support/authenticator.ts';
import type { JsonObject, RegistrationRequest } from '../app/ports/webauthn.ts';
import { webAuthn } from './webauthn.ts';

const RP_ID = 'acme.test';
const request: RegistrationRequest = {
  rpId: RP_ID,
  user: { id: '400000000000000001', name: 'ada', displayName: 'Ada Min' },
  isPasskey: true,
  attachment: null,
  exclude: [],
};

async function begin(change: Partial<RegistrationRequest> = {}) {
  const { options, challenge } = await webAuthn.begin({ ...request, ...change });
  return { options: options as unknown as CreationOptions, challenge, json: options };
}

async function registered(wrong: Deviation = {}, change: Partial<RegistrationRequest> = {}) {
  const authenticator = new Authenticator();
  const { options, challenge } = await begin(change);
  const { rpId, isPasskey } = { ...request, ...change };
  const answer = authenticator.register(options, wrong) as unknown as JsonObject;
  return { authenticator, key: await webAuthn.check(answer, { rpId, challenge, isPasskey }) };
}

afterEach(() => vi.unstubAllGlobals());

describe('what a registration begins with', () => {
  it('a passkey is kept by the authenticator, which makes sure of its user', async () => {
    const { json, challenge } = await begin({ attachment: 'platform', exclude: ['AAAA'] });
    expect(json).toMatchObject({
      rp: { id: RP_ID, name: RP_ID },
      user: { id: Buffer.from(request.user.id).toString('base64url'), name: 'ada', displayName: 'Ada Min' },
      attestation: 'none',
      timeout: 300_000,
      excludeCredentials: [{ id: 'AAAA', type: 'public-key' }],
      authenticatorSelection: {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'required',
        authenticatorAttachment: 'platform',
      },
    });
    expect(json['pubKeyCredParams']).toEqual([-8, -7, -257].map((alg) => ({ alg, type: 'public-key' })));
    expect(Buffer.from(String(json['challenge']), 'base64url')).toHaveLength(32);
    expect(challenge).toBe(hash('sha256', String(json['challenge']), 'base64url'));
  });

  it('a second factor is not', async () => {
    const { json } = await begin({ isPasskey: false });
    expect(json['authenticatorSelection']).toEqual({
      residentKey: 'discouraged',
      requireResidentKey: false,
      userVerification: 'discouraged',
    });
  });

  it('a challenge of its own', async () => {
    expect((await begin()).options.challenge).not.toBe((await begin()).options.challenge);
  });

  it('a user by its id, or by a digest of one that is too long', async () => {
    const { json } = await begin({ user: { ...request.user, id: 'ä'.repeat(33) } });
    expect((json['user'] as JsonObject)['id']).toBe(hash('sha256', 'ä'.repeat(33), 'base64url'));
  });
});

describe('the answer of an authenticator', () => {
  it('gives its credential', async () => {
    const { authenticator, key } = await registered();
    expect(key).toEqual({
      id: authenticator.credentialId,
      publicKey: expect.stringMatching(/^[\w-]{100,}$/),
      signCount: 0,
      aaguid: '00000000-0000-0000-0000-000000000000',
    });
  });

  it.each<[string, Deviation]>([
    ['another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['another site', { origin: 'https://evil.test' }],
    ['a site without encryption', { origin: `http://${RP_ID}` }],
    ['no site', { origin: 'android:apk-key-hash:x' }],
    ['another relying party', { rpId: 'evil.test' }],
    ['an assertion', { type: 'webauthn.get' }],
    ['nobody there', { absent: true }],
    ['nobody in particular', { unverified: true }],
    ['an algorithm that was not offered', { algorithm: -36 }],
    ['a key far too long', { publicKeyBytes: 2100 }],
  ])('is none for %s', async (_what, wrong) => {
    expect((await registered(wrong)).key).toBeNull();
  });

  it('of a second factor says nothing of who touched it', async () => {
    expect((await registered({}, { isPasskey: false })).key).not.toBeNull();
  });

  it('comes from a page below the domain, or from localhost without encryption', async () => {
    expect((await registered({ origin: `https://login.${RP_ID}:8443` })).key).not.toBeNull();
    expect((await registered({}, { rpId: 'localhost' })).key).not.toBeNull();
  });

  it('may bring a statement of its maker, which is not read: nothing is fetched for it', async () => {
    const fetched = vi.fn(() => Promise.reject(new Error('nothing is to be fetched')));
    vi.stubGlobal('fetch', fetched);
    const statement = new Map<string, number | Uint8Array | Uint8Array[]>([
      ['alg', -7],
      ['sig', new Uint8Array(8)],
      ['x5c', [new Uint8Array(16)]],
    ]);
    for (const format of ['packed', 'fido-u2f', 'made-up']) {
      expect((await registered({ format, statement })).key, format).not.toBeNull();
    }
    expect(fetched).not.toHaveBeenCalled();
  });

  it.each([
    [0, false],
    [1, true],
    [1023, true],
    [1024, false],
  ])('with an id of %i bytes: %s', async (bytes, isOne) => {
    const { options, challenge } = await begin();
    const answer = new Authenticator(Buffer.alloc(bytes, 1)).register(options) as unknown as JsonObject;
    const key = await webAuthn.check(answer, { rpId: RP_ID, challenge, isPasskey: true });
    expect(key !== null).toBe(isOne);
  });

  it('names the credential that its data are about', async () => {
    const { options, challenge } = await begin();
    const answer = new Authenticator().register(options);
    const id = new Authenticator().credentialId;
    const other = { ...answer, id, rawId: id } as unknown as JsonObject;
    expect(await webAuthn.check(other, { rpId: RP_ID, challenge, isPasskey: true })).toBeNull();
  });

  it('may be padded', async () => {
    const { options, challenge } = await begin();
    const answer = new Authenticator(Buffer.alloc(16, 9)).register(options);
    const padded = (text: string) => text.padEnd(Math.ceil(text.length / 4) * 4, '=');
    const { clientDataJSON, attestationObject } = answer.response;
    const same = {
      ...answer,
      id: padded(answer.id),
      rawId: padded(answer.rawId),
      response: { clientDataJSON: padded(clientDataJSON), attestationObject: padded(attestationObject) },
    } as unknown as JsonObject;
    expect(same['id']).toMatch(/=$/);
    expect(await webAuthn.check(same, { rpId: RP_ID, challenge, isPasskey: true })).toMatchObject({ id: answer.id });
  });

  it('of any other shape is none', async () => {
    const { options, challenge } = await begin();
    const answer = new Authenticator().register(options) as unknown as JsonObject;
    const response = answer['response'] as JsonObject;
    const deep = Buffer.alloc(90_000, 0x81).toString('base64url');
    const shapes: JsonObject[] = [
      {},
      { ...answer, id: 7 },
      { ...answer, rawId: '' },
      { ...answer, type: 'password' },
      { ...answer, response: null },
      { ...answer, response: [] },
      { ...answer, response: {} },
      { ...answer, response: { ...response, clientDataJSON: 'bnVsbA' } },
      { ...answer, response: { ...response, clientDataJSON: 'AAAA' } },
      { ...answer, response: { ...response, clientDataJSON: 'not base64' } },
      { ...answer, response: { ...response, attestationObject: 'AAAA' } },
      { ...answer, response: { ...response, attestationObject: deep } },
      { ...answer, response: { ...response, attestationObject: 'A'.repeat(200_000) } },
    ];
    for (const shape of shapes) {
      expect(await webAuthn.check(shape, { rpId: RP_ID, challenge, isPasskey: true })).toBeNull();
    }
  });
});
