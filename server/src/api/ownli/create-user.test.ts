import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { CommandSubmission, Receipt, Submission, TargetRef } from '../../app/submission.ts';
import type { Users } from '../../app/users.ts';
import { DomainError } from '../../core/errors.ts';
import type { User } from '../../core/user/user.ts';
import { createUser } from './create-user.ts';
import type { PartnerCaller } from './partners.ts';

const caller: PartnerCaller = {
  kind: 'client',
  clientId: 'ownli:3:c',
  organizationId: '3',
  grants: [],
  isCurrent: () => true,
};
const body = { firstName: 'A', lastName: 'B', phone: '+12015550123', email: 'a@b.test', address: { state: 'CA' } };

type Step = Receipt | 'phone_taken' | 'email_taken' | 'user_not_found';
const answered = (text: string): Receipt => ({ answer: { status: 200, body: text }, replayed: false });

/** Creates through a service that answers with these outcomes, and finds these holders, one after another. */
async function create(
  steps: readonly Step[],
  holders: readonly (string | null)[],
  query = 'returnExistingUserIfExists=true',
) {
  const submitted: CommandSubmission[] = [];
  const looked: TargetRef[] = [];
  const users = {
    submit: async (submission: Submission) => {
      const step = steps[submitted.length];
      submitted.push(submission as CommandSubmission);
      if (step === undefined) throw new Error('one submission too many');
      if (typeof step === 'string') throw new DomainError(step);
      return step;
    },
    find: async (target: TargetRef) => {
      const id = holders[looked.length];
      looked.push(target);
      return id === null || id === undefined ? null : ({ id } as User);
    },
  };
  const route = createUser({ users: users as unknown as Users, nextId: () => '7', authenticate: () => caller });
  const request = { id: 'r', query, params: {}, headers: {}, body: Buffer.from(JSON.stringify(body)) };
  const result = await Promise.resolve(route.handler(request as unknown as FastifyRequest, {} as FastifyReply)).then(
    (answer) => String(answer.body),
    (error: unknown) => (error instanceof DomainError ? error.reason : error),
  );
  return {
    result,
    commands: submitted.map(({ command }) => ('type' in command ? command.type : '')),
    submitted,
    looked,
  };
}

describe('create with returnExistingUserIfExists', () => {
  it('tries to create first and looks for nobody when that works', async () => {
    const { result, commands, looked } = await create([answered('new')], []);
    expect([result, commands, looked]).toEqual(['new', ['create-user'], []]);
  });

  it('answers the holder by an update of nothing, found by the claim within the organization', async () => {
    const { result, commands, submitted } = await create(['phone_taken', answered('holder')], [null, '9']);
    expect([result, commands]).toEqual(['holder', ['create-user', 'update-user']]);
    expect(submitted[1]).toMatchObject({
      target: { claim: 'phone:3:+12015550123', organizationId: '3', section: 'ownli' },
      command: { type: 'update-user' },
    });
  });

  it('creates after all when the holder has vanished before it was found', async () => {
    const { result, commands } = await create(['phone_taken', answered('new')], [null, null]);
    expect([result, commands]).toEqual(['new', ['create-user', 'create-user']]);
  });

  it('creates after all when the holder vanishes between look and answer', async () => {
    const { result, commands } = await create(['email_taken', 'user_not_found', answered('new')], ['9', null]);
    expect([result, commands]).toEqual(['new', ['create-user', 'update-user', 'create-user']]);
  });

  it('gives up when holders keep vanishing', async () => {
    const { result, commands } = await create(Array<Step>(6).fill('phone_taken'), []);
    expect(result).toBe('phone_taken');
    expect(commands).toHaveLength(5);
  });

  it('means neither when address and number belong to two users', async () => {
    const { result, commands } = await create(['email_taken'], ['8', '9']);
    expect([result, commands]).toEqual(['email_taken', ['create-user']]);
  });

  it('asks once when one user holds both', async () => {
    const { result, commands } = await create(['email_taken', answered('holder')], ['9', '9']);
    expect([result, commands]).toEqual(['holder', ['create-user', 'update-user']]);
  });

  it.each(['', 'returnExistingUserIfExists=false'])('looks for nobody when it is not asked to: %s', async (query) => {
    const { result, looked } = await create(['phone_taken'], ['9'], query);
    expect([result, looked]).toEqual(['phone_taken', []]);
  });
});
