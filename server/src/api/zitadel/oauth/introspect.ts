import type { Users } from '../../../app/users.ts';
import { DomainError } from '../../../core/errors.ts';
import { formBody } from '../../shared/body.ts';
import type { Handler } from '../../shared/route.ts';
import { callerOfToken, type TokenServices } from '../authenticate.ts';
import { SECTION } from '../section.ts';
import { shownUsername } from '../user-view.ts';
import { authenticatedClient, field } from './client.ts';
import { oauthAnswer, oauthRefusal } from './errors.ts';
import type { Machine, Machines } from './machines.ts';

const INACTIVE = { active: false };

/**
 * `POST /oauth/v2/introspect` (RFC 7662): what a machine may know of a token that it was shown. Tokens of users whom it
 * cannot know of are as good as unknown.
 */
export function introspectEndpoint(machines: Machines, services: TokenServices, issuer: () => string): Handler {
  return async (request) => {
    const form = formBody(request);
    for (const name of form.keys()) field(form, name);
    const client = await authenticatedClient(machines, request.headers, form);
    if ('refusal' in client) return client.refusal;
    const token = field(form, 'token');
    if (token === undefined) return oauthRefusal('invalid_request', 'token is required.');
    return oauthAnswer(200, (await shown(token, client.machine, services, issuer)) ?? INACTIVE);
  };
}

async function shown(
  token: string,
  { user: client, proof }: Machine,
  services: TokenServices,
  issuer: () => string,
): Promise<object | null> {
  const { users } = services;
  const presented = await callerOfToken(services, token);
  if (presented === null) return null;
  const { caller, issuedAt, expiresAt, jti } = presented;
  const user = await users.find({ id: caller.userId, section: SECTION });
  if (user === null || !(await isGood(users, presented.caller))) return null;
  // The client has just proved itself, so its own credential cannot have expired.
  const asking = { ...proof, expiresAt: proof.expiresAt ?? Number.MAX_SAFE_INTEGER };
  const knows = await users.knows({ kind: 'user', userId: client.id, credential: asking, section: SECTION }, user);
  if (!knows) return null;
  return {
    active: true,
    iss: issuer(),
    aud: [issuer()],
    sub: user.id,
    username: shownUsername(user),
    token_type: 'Bearer',
    ...(user.kind === 'machine' && { client_id: user.id }),
    ...(issuedAt !== null && { iat: seconds(issuedAt) }),
    ...(expiresAt !== null && { exp: seconds(expiresAt) }),
    ...(jti !== null && { jti }),
  };
}

async function isGood(users: Users, caller: Parameters<Users['actor']>[0]): Promise<boolean> {
  try {
    await users.actor(caller);
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.reason === 'unauthenticated') return false;
    throw error;
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
