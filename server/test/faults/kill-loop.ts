import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDatabase } from '../support/checker.ts';
import { type DialectClient, type DialectName, dialectClients } from '../support/clients.ts';
import { randomFrom, start } from './spawn.ts';
import { createUsers, judge, perform, STYLES, type Style, type Write } from './writes.ts';

export interface KillLoopOptions {
  /** Program and arguments that start a server on `dataDir` and print its ready line. */
  readonly command: readonly string[];
  /** `sqlite:PATH` or `postgres://...` */
  readonly database: string;
  readonly rounds: number;
  /** Seeds the moments of the kills. */
  readonly seed: number;
  readonly log?: (line: string) => void;
}

export interface KillLoopReport {
  readonly acknowledged: number;
  readonly unknown: number;
  /** Acknowledged writes that are not in the history, or more than once; and whatever the checker finds. */
  readonly findings: readonly string[];
}

const WORKERS_PER_STYLE = 3;

/**
 * Kills the server without warning while clients write through every dialect, starts it again, lets every client whose
 * answer was lost ask again with its key, and at last looks whether each write is there exactly once.
 */
export async function killLoop(options: KillLoopOptions): Promise<KillLoopReport> {
  const random = randomFrom(options.seed);
  const writes: Write[] = [];
  const users: string[] = [];
  const findings: string[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const server = await start(options.command);
    const clients = await dialectClients(server);
    if (users.length === 0) users.push(...(await createUsers(clients.ownli)));
    await settle(clients, writes);
    const load = startLoad(clients, users, writes, round);
    await sleep(50 + random() * 350);
    server.child.kill('SIGKILL');
    await once(server.child, 'exit');
    await load;
    const checked = await checkDatabase(options.database);
    for (const finding of checked.findings) findings.push(`round ${round}: ${finding}`);
    options.log?.(`round ${round}: ${writes.length} writes, ${findings.length} findings`);
  }
  const server = await start(options.command);
  await settle(await dialectClients(server), writes);
  server.child.kill('SIGTERM');
  await once(server.child, 'exit');
  findings.push(...judge(writes, await checkDatabase(options.database)));
  return {
    acknowledged: writes.filter(({ outcome }) => outcome === 'acknowledged').length,
    unknown: writes.filter(({ outcome }) => outcome === 'unknown').length,
    findings,
  };
}

/** Writes until the connection breaks; every write has the next mark. */
async function startLoad(
  clients: Record<DialectName, DialectClient>,
  users: readonly string[],
  writes: Write[],
  round: number,
): Promise<void> {
  let count = 0;
  const worker = async (style: Style, userId: string): Promise<void> => {
    for (;;) {
      count += 1;
      const write: Write = { style, userId, mark: `mark-${round}-${count}`, outcome: 'sent' };
      writes.push(write);
      await perform(clients, write);
      if (write.outcome === 'unknown') return;
    }
  };
  await Promise.all(
    STYLES.flatMap((style, index) =>
      Array.from({ length: WORKERS_PER_STYLE }, () => worker(style, users[index] ?? '')),
    ),
  );
}

/** Every client whose answer was lost asks again with the same key, as it would in life. */
async function settle(clients: Record<DialectName, DialectClient>, writes: readonly Write[]): Promise<void> {
  const open = writes.filter(({ outcome }) => outcome === 'unknown');
  for (const write of open) await perform(clients, write);
}
