import type { IdempotencyKey } from '../../app/submission.ts';
import type { Directory } from '../../core/organization.ts';
import { writeDetails } from './details.ts';
import { draftHuman, existingOrganization, newPassword, submitCreation } from './human-creation.ts';
import { answerWith, type HandlerOf, type PermitOf, type ZitadelServices } from './method.ts';
import { type AddHumanUserRequest, AddHumanUserResponseSchema } from './protocol/user-service.ts';

/** The right to create is asked for before the fields are looked at. */
export function permitAddHumanUser({ users }: Pick<ZitadelServices, 'users'>): PermitOf<'addHumanUser'> {
  return async ({ caller, message, organizationId }) => {
    // An unknown organization is told only to those who may create users everywhere.
    const wanted = organizationOf(message, organizationId, users.directory) ?? '';
    await users.checkPermission(
      caller,
      { type: 'create-user', userId: '', organizationId: wanted, kind: 'human' },
      null,
    );
  };
}

/** Creates a human user in the organization that the request names, else the one the caller acts in. */
export function addHumanUser(services: ZitadelServices): HandlerOf<'addHumanUser'> {
  const { users, nextId } = services;
  return async (call) => {
    const { message } = call;
    const organizationId = organizationOf(message, call.organizationId, users.directory);
    const { command, codes } = draftHuman(message, message.userId ?? nextId(), organizationId ?? '', services);
    const organization = await existingOrganization(organizationId, users.directory);
    const password = await newPassword(message, organization, services);
    return submitCreation(
      { ...call, idempotency: inOrganization(call.idempotency, organization.id) },
      { ...command, ...password },
      Object.keys(codes).length > 0,
      (outcome) => {
        const { id, version } = outcome.user;
        return answerWith(
          AddHumanUserResponseSchema,
          { userId: id, details: writeDetails(outcome), ...codes },
          version,
        );
      },
      services,
    );
  };
}

/** What is asked for in another organization is another request, although the message may not name it. */
function inOrganization(idempotency: IdempotencyKey | undefined, organizationId: string): IdempotencyKey | undefined {
  return idempotency && { ...idempotency, fingerprint: `${idempotency.fingerprint} in ${organizationId}` };
}

/** Named by id or verified domain, else the one the caller acts in. */
function organizationOf(
  { organization }: AddHumanUserRequest,
  contextId: string,
  directory: Directory,
): string | undefined {
  switch (organization?.org.case) {
    case 'orgId':
      return organization.org.value;
    case 'orgDomain':
      return directory.domainOwner(organization.org.value.toLowerCase());
    default:
      return contextId;
  }
}
