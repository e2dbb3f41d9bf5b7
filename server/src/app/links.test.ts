import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../test/support/world.ts';
import { random } from '../crypto/random.ts';
import { createSecrets } from '../crypto/secrets.ts';
import { LINK_LIFETIME, type Link, Links, VISIT_LIFETIME } from './links.ts';

const LINK: Link = {
  userId: '1',
  giver: { dialect: 'd', organizationId: 'o', clientId: 'c', credential: 'f' },
};

function world() {
  const time = { now: 1_000_000 };
  const store = memoryStore();
  const make = () => new Links({ store, secrets: createSecrets(Buffer.alloc(32, 7)), random, clock: () => time.now });
  return { time, links: make(), elsewhere: make() };
}

async function found(links: Links, token: string) {
  const link = await links.find(token);
  if (link === null) throw new Error('there is no such link');
  return link;
}

describe('a link', () => {
  it('opens one visit, whichever process is asked', async () => {
    const { links, elsewhere } = world();
    const token = await links.give(LINK);
    const [here, there] = [await found(links, token), await found(elsewhere, token)];
    expect([here.link, here.isUsed]).toEqual([LINK, false]);
    const keys = await Promise.all([links.open(here), elsewhere.open(there)]);
    const [key = ''] = keys.filter((opened) => opened !== null);
    expect(keys).toEqual(expect.arrayContaining([null, expect.stringMatching(/^[0-9a-f]{64}$/)]));
    expect((await elsewhere.visit(key))?.link).toEqual(LINK);
    const again = await found(links, token);
    expect([again.isUsed, await links.open(again)]).toEqual([true, null]);
  });

  it('is good for ten minutes, and found as used for no longer', async () => {
    const { links, time } = world();
    const [token, used] = [await links.give(LINK), await links.give(LINK)];
    await links.open(await found(links, used));
    time.now += LINK_LIFETIME - 1;
    const late = await found(links, token);
    expect((await found(links, used)).isUsed).toBe(true);
    time.now += 1;
    expect([await links.find(token), await links.find(used), await links.open(late)]).toEqual([null, null, null]);
  });
});

describe('a visit', () => {
  async function begun() {
    const all = world();
    const key = await all.links.open(await found(all.links, await all.links.give(LINK)));
    if (key === null) throw new Error('there is no visit');
    return { ...all, key };
  }

  it('lasts half an hour', async () => {
    const { links, time, key } = await begun();
    time.now += VISIT_LIFETIME - 1;
    expect(await links.visit(key)).toEqual({ link: LINK, expiresAt: time.now + 1 });
    time.now += 1;
    expect(await links.visit(key)).toBeNull();
  });

  it('ends when it is ended, for every process', async () => {
    const { links, elsewhere, key } = await begun();
    await links.end(key);
    expect([await links.visit(key), await elsewhere.visit(key)]).toEqual([null, null]);
    await links.end(key);
  });

  it('is no link, and a link no visit', async () => {
    const { links, key } = await begun();
    expect([await links.find(key), await links.visit(await links.give(LINK))]).toEqual([null, null]);
    expect([await links.find('__proto__'), await links.visit('')]).toEqual([null, null]);
  });

  it('has a form token of its own', async () => {
    const { links, elsewhere, key } = await begun();
    expect(links.formToken(key)).toBe(elsewhere.formToken(key));
    expect(links.formToken(key)).not.toBe(links.formToken(key.replace(/.$/, 'g')));
  });
});
