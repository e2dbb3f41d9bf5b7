import { GetUserByIDResponseSchema } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { etag } from '../shared/conditional.ts';
import { readDetails } from './details.ts';
import { type HandlerOf, readResult, type ZitadelServices } from './method.ts';
import { SECTION } from './section.ts';
import { shownAsSetUp } from './unverified.ts';
import { userView } from './user-view.ts';

/** One user, human or machine, as of now. */
export function getUserById({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'getUserByID'> {
  return async ({ caller, message }) => {
    const user = await users.read(caller, { id: message.userId, section: SECTION });
    const response = { details: readDetails(user), user: userView(user, users.directory) };
    return readResult(GetUserByIDResponseSchema, response, etag(user.version), shownAsSetUp(users.directory));
  };
}
