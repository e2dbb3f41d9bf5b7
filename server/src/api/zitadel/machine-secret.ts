import { writtenAt } from './details.ts';
import { answerWith, type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { AddSecretResponseSchema, RemoveSecretResponseSchema } from './protocol/user-service.ts';
import { writeOn } from './write-on.ts';

/** By this, tools that look for leaked secrets know one. */
const PREFIX = 'tessera_secret_';
const RANDOM_BYTES = 32;
/** What the digest is keyed for. */
export const MACHINE_SECRET = 'machine secret';

/** Makes a client secret and hands it out, this once. The one before ends, and so do its access tokens. */
export function addSecret(
  services: Pick<ZitadelServices, 'users' | 'secrets' | 'random' | 'nextId'>,
): HandlerOf<'addSecret'> {
  const { users, secrets, random, nextId } = services;
  return async (call) => {
    const clientSecret = `${PREFIX}${random.hex(RANDOM_BYTES)}`;
    const digest = secrets.secretDigest(MACHINE_SECRET, clientSecret);
    const submission = writeOn(call, {
      kind: 'machine',
      command: { type: 'set-secret', id: nextId(), digest },
      isSecret: true,
      answer: (outcome) =>
        answerWith(AddSecretResponseSchema, { creationDate: writtenAt(outcome), clientSecret }, outcome.user.version),
    });
    return resultOf(await users.submit(submission));
  };
}

export function removeSecret({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'removeSecret'> {
  return async (call) => {
    const submission = writeOn(call, {
      kind: 'machine',
      command: { type: 'remove-secret' },
      answer: (outcome) =>
        answerWith(RemoveSecretResponseSchema, { deletionDate: writtenAt(outcome) }, outcome.user.version),
    });
    return resultOf(await users.submit(submission));
  };
}
