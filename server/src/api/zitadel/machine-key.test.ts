import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { createUser, NOW, ORG, OTHER_ORG } from '../../../test/support/given.ts';
import { createCaller, createWorld, refusalOf } from '../../../test/support/world.ts';
import type { Caller } from '../../app/callers.ts';
import { addKey } from './machine-key.ts';
import { AddKeyRequestSchema } from './protocol/user-service.ts';

const ROBOT = 'robot';

async function setUp() {
  const world = createWorld();
  await world.submit(createUser({ userId: ROBOT, kind: 'machine' }));
  let made = 0;
  const machineKeys = {
    generate: async () => {
      made += 1;
      return { publicKey: 'public', privateKey: 'private' };
    },
    read: () => 'read',
  };
  const handle = addKey({ users: world.users, machineKeys, nextId: () => 'key' });
  const add = (caller: Caller, userId = ROBOT) =>
    handle({
      message: create(AddKeyRequestSchema, { userId, expirationDate: timestampFromMs(NOW + 60_000) }),
      caller,
      organizationId: ORG,
      requestId: 'request',
      ifMatch: null,
      idempotency: undefined,
    });
  const caller = (userId: string, roles: readonly string[], organizationId = ORG) =>
    createCaller(world, userId, roles, { organizationId });
  return { add, caller, made: () => made };
}

describe('a pair of keys, which is costly,', () => {
  it.each([
    ['a viewer', ['ORG_OWNER_VIEWER'], ORG, 'no_permission'],
    ['a member', [], ORG, 'no_membership'],
    ['another organization', ['ORG_OWNER'], OTHER_ORG, 'no_membership'],
  ])('is not made for %s', async (_who, roles, organizationId, reason) => {
    const { add, caller, made } = await setUp();
    expect(await refusalOf(add(await caller('somebody', roles, organizationId)))).toBe(reason);
    expect(made()).toBe(0);
  });

  it('is not made for a person, nor for nobody', async () => {
    const { add, caller, made } = await setUp();
    const manager = await caller('manager', ['ORG_USER_MANAGER']);
    expect(await refusalOf(add(manager, 'manager'))).toBe('user_not_found');
    expect(await refusalOf(add(manager, 'nobody'))).toBe('user_not_found');
    expect(made()).toBe(0);
  });

  it('is made once for who may add it', async () => {
    const { add, caller, made } = await setUp();
    const { json } = await add(await caller('manager', ['ORG_USER_MANAGER']));
    const { keyContent } = JSON.parse(json) as { keyContent: string };
    expect(JSON.parse(Buffer.from(keyContent, 'base64').toString())).toEqual({
      type: 'serviceaccount',
      keyId: 'key',
      key: 'private',
      userId: ROBOT,
    });
    expect(made()).toBe(1);
  });
});
