import type { NextId } from '../../app/ports/clock.ts';
import type { RateLimits } from '../../app/rate-limits.ts';
import type { Users } from '../../app/users.ts';
import type { ClientTokens } from '../shared/client-tokens.ts';
import type { Authenticate } from './authenticate.ts';
import type { Partners } from './partners.ts';

/** What the operations of this dialect share. */
export interface OwnliServices {
  readonly users: Users;
  readonly limits: RateLimits;
  readonly nextId: NextId;
  /** As the settings are now. */
  readonly partners: () => Partners;
  readonly tokens: ClientTokens;
  readonly authenticate: Authenticate;
}
