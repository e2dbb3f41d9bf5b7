import { DomainError } from '../../core/errors.ts';
import { CODE_ID } from '../../core/values/url-template.ts';
import type { HandlerOf, PermitOf, ZitadelServices } from './method.ts';
import { STATUS_CODES } from './protocol/status.ts';
import { CreatePasskeyRegistrationLinkResponseSchema } from './protocol/user-service.ts';
import { requestedCode } from './requested-code.ts';
import { refusal } from './status-error.ts';
import { submitSending } from './submit-sending.ts';
import { withDetails } from './write-on.ts';

/** The right is asked for in the organization the caller acts in, before anything of the request is looked at. */
export function permitPasskeyLink({
  users,
}: Pick<ZitadelServices, 'users'>): PermitOf<'createPasskeyRegistrationLink'> {
  return async ({ caller, organizationId }) => {
    try {
      await users.checkCapability(caller, 'passkey_link', organizationId);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'permission_denied') throw error;
      throw refusal(STATUS_CODES.permissionDenied, 'AUTH-5mWD2', 'No matching permissions found');
    }
  };
}

/** Invites the user to register a passkey, by mail unless the code is returned. */
export function createPasskeyRegistrationLink(
  services: Pick<ZitadelServices, 'users' | 'codes' | 'limits' | 'repeats' | 'nextId'>,
): HandlerOf<'createPasskeyRegistrationLink'> {
  const { codes, nextId } = services;
  return async (call) => {
    const { userId, medium } = call.message;
    const id = nextId();
    const { code, plain } = requestedCode(medium, userId, 'passkey', codes, CODE_ID);
    const returned = plain === null ? {} : { code: { id, code: plain } };
    const answer = withDetails(CreatePasskeyRegistrationLinkResponseSchema, returned);
    return submitSending(call, { type: 'create-passkey-link', id, code }, answer, services);
  };
}
