import { avibra } from '../api/avibra/index.ts';
import { jframework } from '../api/jframework/index.ts';
import { ownli } from '../api/ownli/index.ts';
import type { Dialect } from '../api/shared/route.ts';
import { zitadel } from '../api/zitadel/index.ts';
import type { Codes } from '../app/codes.ts';
import type { DeferredWorker } from '../app/deferred.ts';
import { Links } from '../app/links.ts';
import type { Clock, NextId } from '../app/ports/clock.ts';
import type { MachineKeys } from '../app/ports/machine-keys.ts';
import type { PasswordHasher } from '../app/ports/password-hasher.ts';
import type { Random, Secrets } from '../app/ports/secrets.ts';
import type { SessionKeys } from '../app/ports/session-keys.ts';
import type { DeferredWork, Store } from '../app/ports/store.ts';
import type { WebAuthn } from '../app/ports/webauthn.ts';
import type { RateLimits } from '../app/rate-limits.ts';
import type { Submission } from '../app/submission.ts';
import type { Users } from '../app/users.ts';
import type { Logger } from '../logger.ts';
import { portal } from '../portal/index.ts';

/** What dialects are built from; each takes the members it needs. */
export interface Services {
  readonly users: Users;
  readonly store: Store;
  readonly hasher: PasswordHasher;
  readonly limits: RateLimits;
  readonly secrets: Secrets;
  readonly sessionKeys: SessionKeys;
  readonly random: Random;
  readonly machineKeys: MachineKeys;
  readonly webAuthn: WebAuthn;
  readonly nextId: NextId;
  readonly clock: Clock;
  /** Address under which clients reach this instance, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly logger: Logger;
}

export interface BuiltDialects {
  readonly dialects: readonly Dialect[];
  /** The pages for users themselves, which is mounted like a dialect. */
  readonly portal: Dialect;
  /** What stored deferred work stands for. */
  readonly submissionOf: (work: DeferredWork) => Submission;
}

export function buildDialects(
  services: Services & { readonly codes: Codes; readonly deferred: () => DeferredWorker },
): BuiltDialects {
  const links = new Links(services);
  const partner = avibra({ ...services, links });
  return {
    dialects: [zitadel(services), jframework(services), partner.dialect, ownli(services)],
    portal: portal({ ...services, links, callerOfGiver: partner.callerOfGiver }),
    submissionOf: partner.submissionOf,
  };
}
