import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import { brandsSetup, Client, codes, expectEnvelope, type Member } from './support.ts';

const STRICT = 'strict.test';
const LAX = 'lax.test';
const UNLIMITED = { burst: 1_000_000, perHour: 1_000_000 };

let client: Client;
beforeAll(async () => {
  const setup = brandsSetup();
  setup.instance.rateLimits = { signIn: { user: UNLIMITED, address: UNLIMITED } };
  setup.organizations.push(
    { name: 'Strict', policies: { lockout: { maxPasswordAttempts: 3 } }, jframework: { brandUrls: [STRICT] } },
    { name: 'Lax', policies: { lockout: { maxPasswordAttempts: 12 } }, jframework: { brandUrls: [LAX] } },
  );
  client = new Client(await startTessera(setup));
});
afterAll(() => client.tessera.stop());

const at = (brand: string) => new Client(client.tessera, brand);

/** Types of the events since somebody registered and signed in. */
async function since(id: string, sequence: number): Promise<string[]> {
  return (await client.gained(id, sequence)).map(([type]) => type);
}

const failed = (times: number): string[] => Array.from({ length: times }, () => 'user.password_check_failed');

describe('the lock after wrong passwords', () => {
  it.each([
    ['acme.test', 10, 'the brand’s own'],
    [STRICT, 3, 'a lower one of the organization'],
    [LAX, 10, 'no higher one'],
  ])('at %s falls with try %i: %s', async (brand, limit) => {
    // Given
    const there = at(brand);
    const person = await there.member();
    const { sequence } = await client.tessera.user(person.id);
    // When one try is left
    for (let n = 1; n < limit; n += 1) expect((await there.signIn(person.username, 'wrong')).status).toBe(401);
    expect((await client.tessera.user(person.id)).state).toBe('active');
    // Then the next one locks, and those after it are told so and counted no more
    expect((await there.signIn(person.username, 'wrong')).status).toBe(401);
    expect((await client.tessera.user(person.id)).state).toBe('locked');
    for (const password of ['wrong', person.password]) {
      const refused = await there.signIn(person.username, password);
      expect([refused.status, codes(refused)]).toEqual([403, ['UserLocked']]);
    }
    expect(await since(person.id, sequence)).toEqual([...failed(limit), 'user.state_changed']);
  });

  it('falls once, with the tenth, of 500 tries at once', { timeout: 120_000 }, async () => {
    const person = await client.member();
    const { sequence } = await client.tessera.user(person.id);
    const { username, emailAddress } = person;
    // When each comes again until there is time to look at it
    const signIn = async (n: number): Promise<number> => {
      for (;;) {
        const headers = { 'content-type': 'application/json', 'brand-url': client.brand };
        const body = { username: n % 2 === 0 ? username : emailAddress, password: `wrong ${n}` };
        const response = await client.tessera.send('POST', '/api/v1/users/auth', { headers, body });
        if (response.status !== 503) {
          expectEnvelope('POST', '/users/auth', response);
          return response.status;
        }
        await sleep(50);
      }
    };
    const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => signIn(n)));
    // Then
    expect(answers.filter((status) => status === 401)).toHaveLength(10);
    expect(answers.filter((status) => status === 403)).toHaveLength(490);
    expect(await since(person.id, sequence)).toEqual([...failed(10), 'user.state_changed']);
    expect((await client.tessera.user(person.id)).password.failedAttempts).toBe(10);
  });

  it('is not put off by right passwords in between that come too late', async () => {
    const person: Member = await client.member();
    const tries = Array.from({ length: 40 }, (_, n) =>
      client.signIn(person.username, n === 20 ? person.password : 'wrong'),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    const { state, password } = await client.tessera.user(person.id);
    // The right one was decided before the tenth wrong one or after it; never are more than ten counted in a row.
    const wrong = statuses.filter((status) => status === 401).length;
    expect(statuses[20] === 200 ? wrong <= 19 : wrong === 10).toBe(true);
    expect([state, password.failedAttempts]).toEqual(['locked', 10]);
  });
});
