import type { NextId } from '../../app/ports/clock.ts';
import type { Users } from '../../app/users.ts';
import { DomainError } from '../../core/errors.ts';
import type { CreateUser } from '../../core/user/commands.ts';
import type { Handler } from '../shared/route.ts';
import type { Authenticate } from './authenticate.ts';
import { readAddress, readEmail, readName, readPhone } from './fields.ts';
import type { Partner } from './partners.ts';
import { type Operation, readCall } from './read-call.ts';
import type { RunCall } from './run-call.ts';
import { readUserInfo, type UserInfo } from './schema.ts';
import { targetOf } from './user-call.ts';

export interface CreateUserOptions {
  readonly authenticate: Authenticate;
  readonly run: RunCall;
  readonly users: Pick<Users, 'find'>;
  readonly nextId: NextId;
}

/** `POST /user/account/create`: makes a user that the partner knows by an id of its own. No message is sent. */
export function createUser({ authenticate, run, users, nextId }: CreateUserOptions): Handler {
  const operation: Operation<UserInfo> = {
    name: 'create-user',
    read: readUserInfo,
    commandOf: (info, partner) => commandOf(info, partner, nextId),
  };
  return async (request) => {
    const incoming = await readCall(request, authenticate, operation);
    // Nobody may stand between the partner and a user it already reaches by Tessera's own id.
    const { claim: _claim, ...ownId } = targetOf(incoming.call);
    if ((await users.find(ownId)) !== null) throw new DomainError('user_id_taken');
    return run(request, incoming);
  };
}

function commandOf(info: UserInfo, partner: Partner, nextId: NextId): CreateUser {
  const profile = {
    givenName: readName('firstname', info.firstname),
    familyName: readName('lastname', info.lastname),
  };
  const email = { value: readEmail('email', info.email) };
  const phone = { value: readPhone('phone', info.phone) };
  const address = readAddress(info.address ?? {});
  return {
    type: 'create-user',
    userId: nextId(),
    organizationId: partner.organizationId,
    kind: 'human',
    profile,
    email,
    phone,
    address,
    extra: { externalIds: { [partner.name]: info.userid } },
  };
}
