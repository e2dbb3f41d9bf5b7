import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDatabase } from '../support/checker.ts';
import { type DialectClient, type DialectName, dialectClients } from '../support/clients.ts';
import { randomFrom, type Server, start } from './spawn.ts';
import { createUsers, judge, perform, STYLES, type Style, type Write } from './writes.ts';

export interface ClusterLoopOptions {
  /** Program and arguments that start the process of a place and print its ready line. */
  readonly command: (place: number) => readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** `postgres://...` */
  readonly database: string;
  /** Crashes the database server and starts it again; resolves when it takes connections. */
  readonly crash: () => Promise<unknown>;
  readonly processes: number;
  /** How often something is killed, and how many milliseconds pass between. */
  readonly rounds: number;
  readonly every: number;
  readonly seed: number;
  readonly log?: (line: string) => void;
}

export interface ClusterLoopReport {
  readonly acknowledged: number;
  /** Calls that were made again because their answer was lost, or the service was not available. */
  readonly repeated: number;
  readonly kills: number;
  readonly crashes: number;
  /** Milliseconds from the return of the database to the next acknowledged write, one for each crash. */
  readonly recoveries: readonly number[];
  readonly findings: readonly string[];
}

interface Running {
  readonly server: Server;
  readonly clients: Record<DialectName, DialectClient>;
}

const WORKERS_PER_STYLE = 2;
/** Milliseconds until a call is made again, and after which a client gives up. */
const PAUSE = 50;
const PATIENCE = 30_000;

/**
 * While clients write through every dialect and every process, kills a process without warning, or crashes the database,
 * again and again. Clients whose answer was lost ask another process with the same key. At last each write must be
 * there exactly once.
 */
export async function clusterLoop(options: ClusterLoopOptions): Promise<ClusterLoopReport> {
  const random = randomFrom(options.seed);
  const launch = async (place: number): Promise<Running> => {
    const server = await start(options.command(place), options.env);
    return { server, clients: await dialectClients(server) };
  };
  const running = await Promise.all(Array.from({ length: options.processes }, (_, place) => launch(place)));
  const load = startLoad(running, await createUsers(running[0]?.clients.ownli ?? nobody()));
  const counts = { kills: 0, crashes: 0 };
  const recoveries: number[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const next = sleep(options.every);
    if (random() < 0.5) {
      counts.crashes += 1;
      await options.crash();
      recoveries.push(await load.nextSuccess());
    } else {
      counts.kills += 1;
      const place = Math.floor(random() * options.processes);
      await kill(running[place]);
      running[place] = await launch(place);
    }
    options.log?.(`round ${round}: ${load.writes.length} writes, ${counts.kills} kills, ${counts.crashes} crashes`);
    await next;
  }
  const repeated = await load.stop();
  const findings = await settled(options.database, load.writes);
  await Promise.all(running.map(kill));
  const acknowledged = load.writes.filter(({ outcome }) => outcome === 'acknowledged').length;
  return { acknowledged, repeated, ...counts, recoveries, findings };
}

async function kill(victim: Running | undefined): Promise<void> {
  if (victim === undefined) return nobody();
  victim.server.child.kill('SIGKILL');
  await once(victim.server.child, 'exit');
}

/** Workers that write under ever new marks, each write until it is acknowledged, every time through another process. */
function startLoad(running: readonly Running[], users: readonly string[]) {
  const writes: Write[] = [];
  let stopped = false;
  let repeated = 0;
  let successes: ((milliseconds: number) => void)[] = [];

  const write = async (style: Style, userId: string): Promise<void> => {
    const sent: Write = { style, userId, mark: `mark-${writes.length}`, outcome: 'sent' };
    const deadline = performance.now() + PATIENCE;
    for (let attempt = writes.push(sent); performance.now() < deadline; attempt += 1) {
      await perform(running[attempt % running.length]?.clients ?? nobody(), sent);
      if (sent.outcome !== 'unknown') break;
      repeated += 1;
      await sleep(PAUSE);
    }
    // Where its user is lost every write is refused, and a flood of them would tell nothing more.
    if (sent.outcome === 'refused') await sleep(PAUSE);
    if (sent.outcome === 'acknowledged') for (const tell of successes.splice(0)) tell(performance.now());
  };
  const worker = async (style: Style, userId: string): Promise<void> => {
    while (!stopped) await write(style, userId);
  };
  const workers = STYLES.flatMap((style, index) =>
    Array.from({ length: WORKERS_PER_STYLE }, () => worker(style, users[index] ?? nobody())),
  );
  return {
    writes,
    /** Milliseconds from now to the next acknowledged write. */
    async nextSuccess(): Promise<number> {
      const startedAt = performance.now();
      const at = await Promise.race([
        new Promise<number>((resolve) => successes.push(resolve)),
        sleep(PATIENCE, Number.POSITIVE_INFINITY, { ref: false }),
      ]);
      return at - startedAt;
    },
    /** @returns how often calls were made again */
    async stop(): Promise<number> {
      stopped = true;
      await Promise.all(workers);
      successes = [];
      return repeated;
    },
  };
}

/** What is wrong once everything that was accepted has been applied. */
async function settled(database: string, writes: readonly Write[]): Promise<string[]> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const contents = await checkDatabase(database);
    const lost = writes.filter(({ outcome }) => outcome === 'unknown').map(({ mark }) => `${mark} was never answered`);
    if (contents.deferred === 0) return [...judge(writes, contents), ...lost];
    if (performance.now() > deadline) return [`${contents.deferred} accepted calls are not applied`];
    await sleep(100);
  }
}

function nobody(): never {
  throw new Error('there is none');
}
