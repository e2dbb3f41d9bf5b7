import type { DatabaseSync } from 'node:sqlite';
import type { Caller } from '../../src/app/callers.ts';
import type { OrganizationDirectory } from '../../src/app/directory.ts';
import { Executor, type ExecutorOptions } from '../../src/app/executor.ts';
import { LiveDirectory } from '../../src/app/live-directory.ts';
import type { Store } from '../../src/app/ports/store.ts';
import type { CommandSubmission, Outcome, Receipt } from '../../src/app/submission.ts';
import { Users } from '../../src/app/users.ts';
import { DomainError, type Reason } from '../../src/core/errors.ts';
import type { Command } from '../../src/core/user/commands.ts';
import type { AccessToken } from '../../src/core/user/user.ts';
import { createSecrets } from '../../src/crypto/secrets.ts';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { openDatabase } from '../../src/store/sqlite/open.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { createUser, directory, NOW, USER } from './given.ts';

export const SYSTEM_CALLER: Caller = { kind: 'system' };

/** A store that lives as long as the test, and the database behind it. */
export function memoryDatabase(): { readonly db: DatabaseSync; readonly store: SqliteStore } {
  const db = openDatabase(':memory:');
  migrate(db, ':memory:');
  return { db, store: new SqliteStore(db, () => {}) };
}

export function memoryStore(): SqliteStore {
  return memoryDatabase().store;
}

export interface WorldOptions {
  readonly store?: Store;
  readonly directory?: OrganizationDirectory;
  readonly executor?: ExecutorOptions;
}

/** The application without a server: store, executor and users service, on a clock that the test moves. */
export function createWorld(options: WorldOptions = {}) {
  const store = options.store ?? memoryStore();
  const organizations = options.directory ?? directory();
  const live = new LiveDirectory(store, organizations);
  const time = { now: NOW };
  const secrets = createSecrets(Buffer.alloc(32, 7));
  const facts = () => ({ now: time.now, directory: live.current, secrets });
  const executor = new Executor(store, facts, { refresh: () => live.refresh(), ...options.executor });
  const users = new Users({ store, executor, directory: live, clock: () => time.now });
  return {
    store,
    executor,
    users,
    time,
    submit: (command: CommandSubmission['command'], more?: Partial<CommandSubmission>): Promise<Receipt> =>
      users.submit(submission(command, more)),
  };
}

/** A submission by the system; its answer tells version, number of events and username. */
export function submission(
  command: CommandSubmission['command'],
  more: Partial<CommandSubmission> = {},
): CommandSubmission {
  return {
    type: 'command',
    caller: SYSTEM_CALLER,
    dialect: 'test',
    requestId: 'request',
    target: { id: typeof command !== 'function' && command.type === 'create-user' ? command.userId : USER },
    command,
    answer: plainAnswer,
    ...more,
  };
}

function plainAnswer({ user, events }: Outcome) {
  return { status: 200, body: `${user.version}/${events.length}/${user.username}` };
}

/** Creates a user who can call with a token. */
export async function createCaller(
  world: Pick<ReturnType<typeof createWorld>, 'submit'>,
  userId: string,
  roles: readonly string[],
  more: Partial<Extract<Command, { type: 'create-user' }>> = {},
): Promise<Caller> {
  const token: AccessToken = { digest: `token of ${userId}`, createdAt: NOW, expiresAt: null, source: 'setup' };
  await world.submit(createUser({ userId, membership: { roles }, tokens: [token], ...more }));
  return { kind: 'user', userId, credential: { kind: 'token', digest: token.digest } };
}

/** How each submission ended: the body of its answer, the reason of its refusal, or the class of another error. */
export function outcomes(receipts: readonly PromiseSettledResult<Receipt>[]): (string | null)[] {
  return receipts.map((result) => {
    if (result.status === 'fulfilled') return result.value.answer.body;
    const error: unknown = result.reason;
    return error instanceof DomainError ? error.reason : `error: ${error instanceof Error ? error.name : error}`;
  });
}

/** The reason a promise is refused with. */
export async function refusalOf(promise: Promise<unknown>): Promise<Reason> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DomainError) return error.reason;
    throw error;
  }
  throw new Error('it was not refused');
}
