import { randomBytes } from 'node:crypto';
import type { Clock, NextId } from '../../app/ports/clock.ts';
import type { PasswordHasher } from '../../app/ports/password-hasher.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { Store } from '../../app/ports/store.ts';
import type { Users } from '../../app/users.ts';
import { firstSetup, writeFirstSetup } from '../../config/first-setup.ts';
import type { Setup } from '../../config/setup.ts';
import { applyOrganizations, restoreClaims } from './apply.ts';
import { type AppliedPeople, applyPeople } from './people.ts';

/** A first start that did not finish is taken up again with the setup it had made, sealed under this name. */
const FIRST_SETUP = 'first setup';
const APPLIED_PEOPLE = 'setup people';

export interface SetupOptions {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly clock: Clock;
  readonly nextId: NextId;
  /** The setup file, when one was named. */
  readonly declared: Setup | null;
  readonly dataDir: string;
  readonly users: Users;
}

/** What was generated at a first start, and the file it was written to. */
export interface FirstStart {
  readonly setup: Setup;
  readonly file: string;
}

/**
 * Brings the database to what the setup declares; on an empty database without a setup file, makes one first. The same
 * setup again changes nothing.
 *
 * @throws ConfigError one sentence for the operator
 */
export async function applySetup(options: SetupOptions): Promise<FirstStart | null> {
  const first = options.declared === null ? await firstSetupOf(options) : null;
  const setup = options.declared ?? first?.setup ?? null;
  const { store } = options;
  if (setup === null) {
    await restoreClaims(options);
    return null;
  }

  const people = await applyOrganizations(setup, options);
  const stored = await store.setting(APPLIED_PEOPLE);
  const applied: AppliedPeople = stored === null ? {} : JSON.parse(stored);
  const next = await applyPeople(people, applied, options);
  await store.saveSettings(
    new Map([
      [APPLIED_PEOPLE, JSON.stringify(next)],
      [FIRST_SETUP, null],
    ]),
  );
  return first;
}

async function firstSetupOf(options: SetupOptions): Promise<FirstStart | null> {
  const { store, secrets, dataDir } = options;
  const unfinished = await store.setting(FIRST_SETUP);
  if (unfinished === null && !(await store.isEmpty())) return null;
  const setup: Setup = unfinished === null ? firstSetup(randomBytes) : JSON.parse(secrets.open(unfinished));
  await store.saveSettings(new Map([[FIRST_SETUP, secrets.seal(JSON.stringify(setup))]]));
  return { setup, file: writeFirstSetup(dataDir, setup) };
}
