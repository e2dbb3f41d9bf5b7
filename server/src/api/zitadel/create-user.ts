import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { CreateUser } from '../../core/user/commands.ts';
import { draftHuman, existingOrganization, type HumanCreation, newPassword, submitCreation } from './human-creation.ts';
import { newMetadata } from './metadata.ts';
import { answerWith, type HandlerOf, type ZitadelServices } from './method.ts';
import { STATUS_CODES } from './protocol/status.ts';
import {
  type CreateUserRequest,
  type CreateUserRequest_Human,
  type CreateUserRequest_Machine,
  CreateUserResponseSchema,
} from './protocol/user-service.ts';
import { refusal } from './status-error.ts';
import { tokenTypeOf } from './user-view.ts';

/** Creates a human or a machine in the organization that the request names. */
export function createUser(services: ZitadelServices): HandlerOf<'createUser'> {
  const { users, nextId } = services;
  return async (call) => {
    const { message, caller } = call;
    const { organizationId, userType } = message;
    const { command, codes } = draft(message, message.userId ?? nextId(), services);
    await users.checkPermission(caller, command, null);
    const organization = await existingOrganization(organizationId, users.directory);
    const password = userType.case === 'human' ? await newPassword(userType.value, organization, services) : {};
    return submitCreation(
      call,
      { ...command, ...password },
      Object.keys(codes).length > 0,
      ({ user: { id, createdAt, version } }) =>
        answerWith(CreateUserResponseSchema, { id, creationDate: timestampFromMs(createdAt), ...codes }, version),
      services,
    );
  };
}

function draft(request: CreateUserRequest, userId: string, services: ZitadelServices): HumanCreation {
  const { userType, organizationId } = request;
  switch (userType.case) {
    case 'human': {
      const human = { ...userType.value, username: request.username, metadata: metadataOf(request, userType.value) };
      return draftHuman(human, userId, organizationId, services);
    }
    case 'machine':
      return { command: draftMachine(request, userType.value, userId), codes: {} };
    case undefined:
      throw new Error('the field rules require a user type');
  }
}

/** Clients from before requests had metadata of their own give that of the human. */
function metadataOf({ metadata }: CreateUserRequest, human: CreateUserRequest_Human): CreateUserRequest['metadata'] {
  if (human.metadata.length === 0) return metadata;
  if (metadata.length === 0) return human.metadata;
  const text = 'Metadata must not be set on both the user and human fields';
  throw refusal(STATUS_CODES.invalidArgument, 'USERv2-j0z7uy', text);
}

/** The username defaults to the id. */
function draftMachine(request: CreateUserRequest, machine: CreateUserRequest_Machine, userId: string): CreateUser {
  const { organizationId, username, metadata } = request;
  const { name, description, accessTokenType } = machine;
  return {
    type: 'create-user',
    userId,
    organizationId,
    kind: 'machine',
    username: username?.trim() || userId,
    profile: { displayName: name, ...(description && { description }) },
    extra: { metadata: newMetadata(metadata) },
    accessTokenType: tokenTypeOf(accessTokenType),
  };
}
