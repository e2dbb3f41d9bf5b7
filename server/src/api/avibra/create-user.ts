import type { NextId } from '../../app/ports/clock.ts';
import type { CreateUser } from '../../core/user/commands.ts';
import type { Handler } from '../shared/route.ts';
import type { Authenticate } from './authenticate.ts';
import { readAddress, readEmail, readName, readPhone } from './fields.ts';
import { defaultOffer } from './offers.ts';
import type { Partner } from './partners.ts';
import { type Operation, readCall } from './read-call.ts';
import type { RunCall } from './run-call.ts';
import { readUserInfo, type UserInfo } from './schema.ts';

export interface CreateUserOptions {
  readonly authenticate: Authenticate;
  readonly run: RunCall;
  readonly nextId: NextId;
}

/**
 * `POST /user/account/create`: enrols a user that the partner knows by an id of its own: a new one, or one whose
 * enrolment was requested before. No message is sent.
 */
export function createUser({ authenticate, run, nextId }: CreateUserOptions): Handler {
  const operation: Operation<UserInfo> = {
    name: 'create-user',
    read: readUserInfo,
    commandOf: (info, partner) => commandOf(info, partner, nextId),
  };
  return async (request) => run(request, await readCall(request, authenticate, operation));
}

function commandOf(info: UserInfo, partner: Partner, nextId: NextId): CreateUser {
  const profile = {
    givenName: readName('firstname', info.firstname),
    familyName: readName('lastname', info.lastname),
  };
  const email = { value: readEmail('email', info.email) };
  const phone = { value: readPhone('phone', info.phone) };
  const address = readAddress(info.address ?? {});
  const offer = defaultOffer(partner.section.offers);
  return {
    ...newUser(info.userid, partner, nextId),
    profile,
    email,
    phone,
    address,
    enrolment: { partner: partner.name, knownAs: info.userid, step: 'enrol', offer },
  };
}

/** What every user is that the partner makes. */
export function newUser(userid: string, { organizationId, name }: Partner, nextId: NextId): CreateUser {
  return {
    type: 'create-user',
    userId: nextId(),
    organizationId,
    kind: 'human',
    extra: { externalIds: { [name]: userid } },
  };
}
