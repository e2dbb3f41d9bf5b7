import { expect } from 'vitest';
import { EMPTY_USER, type User } from '../../../src/core/user/user.ts';
import { GLOBEX } from '../../support/setup.ts';
import type { Tessera } from '../../support/tessera.ts';
import { DOMAIN_ORG, populate } from './list-users-population.ts';
import { ADMIN, type Headers, plant, ROOT_AUTH } from './support.ts';

/** Asks for a list, as Acme's administrator unless others are named. */
export function listCalls(tessera: Tessera) {
  const list = (body: unknown, headers: Headers = ADMIN) => tessera.send('POST', '/v2/users', { headers, body });
  /** Upwards by id, where all fit on one page; as the administrator of the instance. */
  const idsOf = async (queries: object[], headers: Headers = ROOT_AUTH): Promise<string[]> => {
    const response = await list({ queries, query: { asc: true } }, headers);
    expect(response.status, response.text).toBe(200);
    const { details, result = [] } = response.json;
    expect(Number(details.totalResult ?? 0)).toBe(result.length);
    return result.map(({ userId }: { userId: string }) => userId);
  };
  return { list, idsOf };
}

/** Two who have every text: what is in common, and what is not. */
export const ANNA = 'lister-anna';
export const OTTO = 'lister-otto';
export const ROBOT = 'lister-robot';
export const NAMELESS = 'lister-nameless';
const person = (word: string): Partial<User> => ({
  username: `${word}.user`,
  profile: {
    ...EMPTY_USER.profile,
    givenName: `${word}.given`,
    familyName: `${word}.family`,
    nickName: `${word}.nick`,
    displayName: `${word}.display`,
  },
  email: { ...EMPTY_USER.email, value: `${word}@lister.test` },
});
/** Adds them, and the organization whose login names end in a domain. */
export async function plantListed(tessera: Tessera): Promise<void> {
  await populate(tessera, 0);
  await plant(tessera, {
    ...person('Anna'),
    id: ANNA,
    state: 'inactive',
    createdAt: 1_600_000_000_000,
    phone: { ...EMPTY_USER.phone, value: '+41791111111' },
    extra: { ...EMPTY_USER.extra, metadata: { team: 'YQ==', level: 'Yg==' } },
  });
  await plant(tessera, {
    ...person('Otto'),
    id: OTTO,
    organizationId: DOMAIN_ORG.id,
    state: 'suspended',
    createdAt: 1_600_000_000_001,
    phone: { ...EMPTY_USER.phone, value: '+41792222222' },
    extra: { ...EMPTY_USER.extra, metadata: { team: 'Yg==', Level: 'YQ==' } },
  });
  const profile = { ...EMPTY_USER.profile, displayName: 'Robot of Globex' };
  await plant(tessera, { id: ROBOT, kind: 'machine', organizationId: GLOBEX.id, username: null, profile });
  await plant(tessera, { id: NAMELESS, organizationId: DOMAIN_ORG.id, username: null });
}
