import { writtenAt } from './details.ts';
import { expirationOf } from './expiration.ts';
import { answerWith, type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import {
  AddPersonalAccessTokenResponseSchema,
  RemovePersonalAccessTokenResponseSchema,
} from './protocol/user-service.ts';
import { writeOn } from './write-on.ts';

/** By this, tools that look for leaked secrets know one. */
const PREFIX = 'tessera_pat_';
const RANDOM_BYTES = 32;

/** Makes a token and hands it out, this once: the record keeps its digest. */
export function addPersonalAccessToken(
  services: Pick<ZitadelServices, 'users' | 'secrets' | 'random' | 'nextId'>,
): HandlerOf<'addPersonalAccessToken'> {
  const { users, secrets, random, nextId } = services;
  return async (call) => {
    const expiresAt = expirationOf(call.message.expirationDate);
    const tokenId = nextId();
    const token = `${PREFIX}${random.hex(RANDOM_BYTES)}`;
    const submission = writeOn(call, {
      kind: 'machine',
      command: { type: 'add-token', id: tokenId, digest: secrets.tokenDigest(token), expiresAt },
      isSecret: true,
      answer: (outcome) =>
        answerWith(
          AddPersonalAccessTokenResponseSchema,
          { creationDate: writtenAt(outcome), tokenId, token },
          outcome.user.version,
        ),
    });
    return resultOf(await users.submit(submission));
  };
}

export function removePersonalAccessToken({
  users,
}: Pick<ZitadelServices, 'users'>): HandlerOf<'removePersonalAccessToken'> {
  return async (call) => {
    const submission = writeOn(call, {
      kind: 'machine',
      command: { type: 'remove-token', id: call.message.tokenId },
      answer: (outcome) =>
        answerWith(RemovePersonalAccessTokenResponseSchema, { deletionDate: writtenAt(outcome) }, outcome.user.version),
    });
    return resultOf(await users.submit(submission));
  };
}
