import { DomainError } from '../../core/errors.ts';
import { asSetUp } from './as-set-up.ts';
import { writtenAt } from './details.ts';
import { metadataPatch } from './metadata.ts';
import { answerWith, type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { STATUS_CODES } from './protocol/status.ts';
import { DeleteUserMetadataResponseSchema, SetUserMetadataResponseSchema } from './protocol/user-service.ts';
import { refusal } from './status-error.ts';
import { writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users'>;

/** Sets entries, or removes those whose value is empty; others stay as they are. */
export function setUserMetadata({ users }: Services): HandlerOf<'setUserMetadata'> {
  return async (call) => {
    const { metadata } = call.message;
    if (metadata.length === 0) throw emptyList();
    const submission = writeOn(call, {
      command: asSetUp({ type: 'update-user', metadata: metadataPatch(metadata) }, users.directory),
      answer: (outcome) =>
        answerWith(SetUserMetadataResponseSchema, { setDate: writtenAt(outcome) }, outcome.user.version),
    });
    return resultOf(await users.submit(submission));
  };
}

/** Removes entries, all of which must be there. */
export function deleteUserMetadata({ users }: Services): HandlerOf<'deleteUserMetadata'> {
  return async (call) => {
    const keys = call.message.keys.map((key) => key.trim());
    if (keys.length === 0) throw emptyList();
    const metadata = Object.fromEntries(keys.map((key): [string, null] => [key, null]));
    const submission = writeOn(call, {
      command: asSetUp(
        ({ extra }) => ({
          type: 'update-user',
          metadata,
          ...(!keys.every((key) => Object.hasOwn(extra.metadata, key)) && {
            violation: new DomainError('metadata_key_unknown', { field: 'extra.metadata' }),
          }),
        }),
        users.directory,
      ),
      answer: (outcome) =>
        answerWith(DeleteUserMetadataResponseSchema, { deletionDate: writtenAt(outcome) }, outcome.user.version),
    });
    return resultOf(await users.submit(submission));
  };
}

function emptyList() {
  return refusal(STATUS_CODES.failedPrecondition, 'META-9mm2d', 'Metadata list is empty');
}
