import type { AddKey } from '../../core/user/commands.ts';
import { writtenAt } from './details.ts';
import { expirationOf } from './expiration.ts';
import { answerWith, type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { AddKeyResponseSchema, RemoveKeyResponseSchema } from './protocol/user-service.ts';
import { SECTION } from './section.ts';
import { writeOn } from './write-on.ts';

/** The half of a key that only its holder has, in the file that clients of the vendor read. */
function keyFile(userId: string, keyId: string, key: string): Uint8Array {
  return Buffer.from(JSON.stringify({ type: 'serviceaccount', keyId, key, userId }));
}

/** Adds the public key that the request brings, or makes a pair and hands out its private half, this once. */
export function addKey(services: Pick<ZitadelServices, 'users' | 'machineKeys' | 'nextId'>): HandlerOf<'addKey'> {
  const { users, machineKeys, nextId } = services;
  return async (call) => {
    const { userId, expirationDate, publicKey: given } = call.message;
    const expiresAt = expirationOf(expirationDate);
    const draft: AddKey = { type: 'add-key', id: nextId(), publicKey: '', expiresAt };
    let content = new Uint8Array();
    let publicKey: string;
    if (given.length > 0) publicKey = machineKeys.read(given);
    else {
      // A pair is costly, so who may not add it causes none.
      await users.checkPermission(
        call.caller,
        draft,
        await users.find({ id: userId, kind: 'machine', section: SECTION }),
      );
      const pair = await machineKeys.generate();
      publicKey = pair.publicKey;
      content = new Uint8Array(keyFile(userId, draft.id, pair.privateKey));
    }
    const submission = writeOn(call, {
      kind: 'machine',
      command: { ...draft, publicKey },
      isSecret: content.length > 0,
      answer: (outcome) =>
        answerWith(
          AddKeyResponseSchema,
          { creationDate: writtenAt(outcome), keyId: draft.id, keyContent: content },
          outcome.user.version,
        ),
    });
    return resultOf(await users.submit(submission));
  };
}

/** Access tokens that were given for the key end with it. */
export function removeKey({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'removeKey'> {
  return async (call) => {
    const submission = writeOn(call, {
      kind: 'machine',
      command: { type: 'remove-key', id: call.message.keyId },
      answer: (outcome) =>
        answerWith(RemoveKeyResponseSchema, { deletionDate: writtenAt(outcome) }, outcome.user.version),
    });
    return resultOf(await users.submit(submission));
  };
}
