import type { FastifyRequest } from 'fastify';
import type { DeferredWorker } from '../../app/deferred.ts';
import type { Links } from '../../app/links.ts';
import type { RateLimits } from '../../app/rate-limits.ts';
import type { Users } from '../../app/users.ts';
import { DomainError } from '../../core/errors.ts';
import type { UpdateUser } from '../../core/user/commands.ts';
import type { Answer } from '../shared/answer.ts';
import { basicUser } from '../shared/basic-credentials.ts';
import { jsonBody } from '../shared/body.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import { header } from '../shared/headers.ts';
import type { Handler } from '../shared/route.ts';
import { giverOf } from './link-giver.ts';
import type { Partner, Partners } from './partners.ts';
import { readLinkTokenInfo } from './schema.ts';
import { fits, queueOf, targetOf, type UserCall } from './user-call.ts';

export interface LinkTokenOptions {
  readonly partners: () => Partners;
  readonly users: Pick<Users, 'find' | 'checkPermission'>;
  readonly links: Pick<Links, 'give'>;
  readonly limits: RateLimits;
  readonly deferred: () => Pick<DeferredWorker, 'idle'>;
}

const NO_PARTNER: Answer = {
  ...refusal(401, 'unauthorized', 'The user name, password or API key is not valid.'),
  headers: { 'www-authenticate': 'Basic realm="linktoken", charset="UTF-8"' },
};
/** The call has no 404 among its statuses. */
const NO_USER: Answer = refusal(400, 'record_not_found', 'There is no such user.');

/** What the holder of a link may do, and so what the partner must be allowed to do itself. */
const CHANGE: UpdateUser = { type: 'update-user', profile: { givenName: '' }, email: {}, phone: {} };

/**
 * `POST /user/linktoken3`: a token with which one user opens the portal, once. Wrong credentials are counted as at the
 * token call; there is nothing to repeat, so each call gives another token.
 */
export function linkToken({ partners, users, links, limits, deferred }: LinkTokenOptions): Handler {
  return async (request) => {
    const address = addressBlockOf(request);
    const signedIn = async (): Promise<Partner | null> => partnerOf(request, partners());
    const partner = await limits.run('token', { address }, signedIn, (found) => found === null);
    if (partner === null) return NO_PARTNER;
    const { userid, partnername } = readLinkTokenInfo(jsonBody(request));
    if (partnername !== partner.name) return NO_USER;
    const { organizationId, name: partnerName } = partner;
    const call: UserCall = { organizationId, partnerName, userid, command: CHANGE };
    // A user whose creation was accepted already is there for whoever asked for it.
    await deferred().idle(queueOf(call));
    const user = await users.find(targetOf(call));
    if (user === null || !fits(call, user)) return NO_USER;
    await users.checkPermission(partner.caller, CHANGE, user);
    if (user.state !== 'active') throw new DomainError('state_unfit');
    const token = await links.give({ userId: user.id, giver: giverOf(partner) });
    return { status: 200, headers: { pragma: 'no-cache' }, body: JSON.stringify({ linktoken: token }) };
  };
}

function partnerOf({ headers }: FastifyRequest, partners: Partners): Partner | null {
  const user = basicUser(headers.authorization ?? '');
  const partner = user === null ? null : partners.linking(user.username, user.password);
  const apiKey = header(headers, 'x-api-key');
  return partner !== null && apiKey !== undefined && partners.holdsKey(partner, apiKey) ? partner : null;
}

function refusal(status: number, errorcode: string, errormessage: string): Answer {
  return { status, body: JSON.stringify({ errorcode, errormessage }) };
}
