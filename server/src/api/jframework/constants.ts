import { DEVICE_TYPES } from '../../core/user/apps.ts';
import { USER_TYPES } from '../../core/user/user.ts';
import type { Handler } from '../shared/route.ts';
import { success } from './envelope.ts';
import { UserStatus } from './models.ts';
import { FEATURE_TYPES } from './section.ts';
import type { Context } from './services.ts';

/** GET /constants/…: the words that a member may be, for whoever names a brand. */
export const CONSTANTS = {
  userStatus: UserStatus.enum,
  userTypes: USER_TYPES,
  deviceTypes: DEVICE_TYPES,
  featureTypes: FEATURE_TYPES,
} as const;

export function getConstants({ brands }: Pick<Context, 'brands'>, words: readonly string[]): Handler {
  const data = JSON.stringify(words);
  return (request) => {
    brands.of(request.headers);
    return success(200, data);
  };
}
