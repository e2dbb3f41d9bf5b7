import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../../test/support/world.ts';
import type { Store } from '../../../app/ports/store.ts';
import { DomainError } from '../../../core/errors.ts';
import { createSecrets } from '../../../crypto/secrets.ts';
import { SigningKeys } from './signing-keys.ts';

const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 0, 15);
const secrets = createSecrets(Buffer.alloc(32, 7));

/** Processes on one database, on a clock that the test moves. */
function processes(count: number) {
  const store = memoryStore();
  const time = { now: START };
  const all = Array.from({ length: count }, () => new SigningKeys({ store, secrets, clock: () => time.now }));
  const [one, two] = all;
  if (one === undefined) throw new Error('there is no process');
  return { store, time, all, one, two: two ?? one };
}

const kidsOf = async (keys: SigningKeys) => (await keys.published()).map(({ kid }) => kid);

describe('signing keys', () => {
  it('are the same for all processes, however many start at once', async () => {
    const { all, store } = processes(3);
    const signers = await Promise.all(all.map((keys) => keys.signer()));
    expect(new Set(signers.map(({ kid }) => kid)).size).toBe(1);
    const stored = (await store.setting('signing keys')) ?? '';
    expect(JSON.parse(stored)).toHaveLength(1);
    expect(stored).not.toMatch(/"[dpq]":/);
  });

  it('sign what the published keys verify', async () => {
    const { one, two } = processes(2);
    const { kid, key } = await one.signer();
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
    const [jwk] = await two.published();
    await jwtVerify(token, await importJWK(jwk as JWK));
    const verifier = await two.verifier(kid);
    if (verifier === null) throw new Error('there is no key');
    await jwtVerify(token, verifier);
    expect(await two.verifier('unknown')).toBeNull();
  });

  it('are published a day before they sign, and a day after they signed last', async () => {
    const { one, two, time } = processes(2);
    const first = (await one.signer()).kid;
    time.now = START + 29 * DAY - 1;
    expect(await kidsOf(one)).toEqual([first]);
    time.now = START + 29 * DAY;
    const [, second = ''] = await kidsOf(one);
    expect(await kidsOf(two)).toEqual([first, second]);
    for (const keys of [one, two]) expect((await keys.signer()).kid).toBe(first);
    time.now = START + 30 * DAY;
    for (const keys of [one, two]) expect((await keys.signer()).kid).toBe(second);
    time.now = START + 31 * DAY - 1;
    expect(await kidsOf(two)).toEqual([first, second]);
    expect(await two.verifier(first)).not.toBeNull();
    time.now = START + 31 * DAY;
    expect(await kidsOf(two)).toEqual([second]);
    expect(await two.verifier(first)).toBeNull();
    // Rotated again, the ended one leaves the database as well.
    time.now = START + 59 * DAY;
    expect(await kidsOf(one)).toHaveLength(2);
  });

  it('begin at once when none was made in time', async () => {
    const { one, time, store } = processes(1);
    const first = (await one.signer()).kid;
    time.now = START + 100 * DAY;
    const { kid } = await one.signer();
    expect(kid).not.toBe(first);
    expect(JSON.parse((await store.setting('signing keys')) ?? '')).toHaveLength(1);
  });

  it('that another process made are known within a second of being asked for', async () => {
    const { one, two, time, store } = processes(2);
    await one.signer();
    await two.signer();
    await store.saveSettings(new Map([['signing keys', null]]));
    time.now += 61_000;
    const { kid } = await one.signer();
    time.now -= 30_000;
    expect(await two.verifier(kid)).not.toBeNull();
  });

  it('are read once a minute at most, and not at all for one that is known', async () => {
    const { store, time } = processes(1);
    let reads = 0;
    const counted: Pick<Store, 'setting' | 'replaceSetting'> = {
      setting: (name) => {
        reads += 1;
        return store.setting(name);
      },
      replaceSetting: (...change) => store.replaceSetting(...change),
    };
    const keys = new SigningKeys({ store: counted, secrets, clock: () => time.now });
    const { kid } = await keys.signer();
    for (let n = 0; n < 10; n += 1) await keys.verifier(kid);
    expect(reads).toBe(1);
    for (let n = 0; n < 10; n += 1) await keys.verifier('unknown');
    expect(reads).toBe(1);
    time.now += 2_000;
    for (let n = 0; n < 10; n += 1) await keys.verifier('unknown');
    expect(reads).toBe(2);
  });

  it('give up where somebody always is faster', async () => {
    const { store } = processes(1);
    const never = { setting: (name: string) => store.setting(name), replaceSetting: async () => false };
    const keys = new SigningKeys({ store: never, secrets, clock: () => START });
    const error = await keys.signer().catch((thrown: unknown) => thrown);
    expect(error instanceof DomainError ? error.reason : error).toBe('store_unavailable');
  });
});
