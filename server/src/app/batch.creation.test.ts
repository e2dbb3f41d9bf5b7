import { describe, expect, it } from 'vitest';
import { createUser, USER } from '../../test/support/given.ts';
import { createWorld, refusalOf } from '../../test/support/world.ts';
import { DomainError } from '../core/errors.ts';
import { claimKeys } from '../core/user/claims.ts';

const ORG = 'org-a';
const target = { claim: claimKeys.external(ORG, 'acme', '7'), organizationId: ORG };
const creation = createUser({ extra: { externalIds: { acme: '7' } } });
const rename = () => ({ type: 'update-user', profile: { nickName: 'Found' } }) as const;

describe('a submission that creates what is missing', () => {
  it('given no record, when it is submitted, then the record is made; given one, then the command is decided', async () => {
    const world = createWorld();
    expect((await world.submit(rename, { target, creation })).answer.body).toBe('1/1/null');
    expect((await world.submit(rename, { target, creation })).answer.body).toBe('2/1/null');
    expect((await world.store.user(USER))?.profile.nickName).toBe('Found');
  });

  it('given a record that was deleted, when it is submitted, then another one is made', async () => {
    const world = createWorld();
    await world.submit(creation);
    await world.submit({ type: 'delete-user' });
    await world.submit(rename, { target: { ...target, id: USER }, creation: { ...creation, userId: 'second' } });
    expect((await world.store.userByClaim(target.claim))?.id).toBe('second');
  });

  it('given several at once, when they are decided in one batch, then one creates and the others find it', async () => {
    const world = createWorld();
    const all = ['1', '2', '3'].map((userId) => world.submit(rename, { target, creation: { ...creation, userId } }));
    expect((await Promise.all(all)).map(({ answer }) => answer.body)).toEqual(['1/1/null', '2/1/null', '2/0/null']);
  });

  it('given an earlier answer to its key, when the record would refuse, then that answer is given', async () => {
    const world = createWorld();
    const idempotency = { key: 'k', fingerprint: 'f', secret: false };
    const refused = () => ({ type: 'update-user', violation: new DomainError('user_id_taken') }) as const;
    expect((await world.submit(refused, { target, creation, idempotency })).replayed).toBe(false);
    expect((await world.submit(refused, { target, creation, idempotency })).replayed).toBe(true);
    expect(await refusalOf(world.submit(refused, { target, creation }))).toBe('user_id_taken');
  });

  it('given a precondition, when there is nothing to match, then nothing is made', async () => {
    const world = createWorld();
    expect(await refusalOf(world.submit(rename, { target, creation, ifMatch: { any: true } }))).toBe(
      'version_conflict',
    );
    expect(await world.store.user(USER)).toBeNull();
  });
});
