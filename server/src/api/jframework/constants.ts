import { USER_TYPES } from '../../core/user/user.ts';
import type { Handler } from '../shared/route.ts';
import { success } from './envelope.ts';
import { UserStatus } from './models.ts';
import type { Context } from './services.ts';

/** GET /constants/user/status and /constants/user/types: the words that a member may be, for whoever names a brand. */
export const USER_CONSTANTS = { status: UserStatus.enum, types: USER_TYPES } as const;

export function getConstants({ brands }: Pick<Context, 'brands'>, words: readonly string[]): Handler {
  const data = JSON.stringify(words);
  return (request) => {
    brands.of(request.headers);
    return success(200, data);
  };
}
