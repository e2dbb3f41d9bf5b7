import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDatabase } from '../support/checker.ts';
import { type DialectClient, dialectClients, somebody } from '../support/clients.ts';
import { countRows } from '../support/rows.ts';
import { type Arrival, type Receivers, TOLD } from './receivers.ts';
import { type Server, start } from './spawn.ts';

export interface DeliveriesLoopOptions {
  /** Program and arguments that start the process of a place and print its ready line. */
  readonly command: (place: number) => readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** `sqlite:PATH` or `postgres://...` */
  readonly database: string;
  readonly receivers: Receivers;
  readonly processes: number;
  readonly rounds: number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log?: (line: string) => void;
}

export interface DeliveriesLoopReport {
  /** Writes that were acknowledged. */
  readonly acknowledged: number;
  readonly arrivals: number;
  /** Deliveries that came more than once. */
  readonly repeated: number;
  /** What was delivered never, out of order, or before its change was on disk. */
  readonly findings: readonly string[];
}

const USERS = 6;
const PAUSE = 60;
/** Milliseconds until all that waits has arrived. */
const PATIENCE = 60_000;

/**
 * Kills a server without warning while it takes writes and delivers them to receivers that fail, hang, are slow, or die;
 * starts it again, and at last looks whether every acknowledged change was delivered, in order.
 */
export async function deliveriesLoop(options: DeliveriesLoopOptions): Promise<DeliveriesLoopReport> {
  const { receivers, random } = options;
  const launch = (place: number) => start(options.command(place), options.env);
  const running = await Promise.all(Array.from({ length: options.processes }, (_, place) => launch(place)));
  const at = (place: number): Server => running[place] ?? nobody();
  const users = await createUsers(await clientOf(at(0)));
  let acknowledged = 0;
  for (let round = 1; round <= options.rounds; round += 1) {
    const clients = await Promise.all(running.map(clientOf));
    let stopped = false;
    const writers = users.map(async (userId, n) => {
      for (let count = 0; !stopped; count += 1) {
        const name = `${round} ${count}`;
        if (await update(clients[(n + count) % clients.length] ?? nobody(), userId, name)) acknowledged += 1;
        // The receivers are to keep up with the writers.
        await sleep(PAUSE);
      }
    });
    const death = round % 2 === 0 ? receivers.dieAndReturn(300 + random() * 700) : Promise.resolve();
    await sleep(300 + random() * 500);
    const place = Math.floor(random() * running.length);
    at(place).child.kill('SIGKILL');
    await once(at(place).child, 'exit');
    stopped = true;
    await Promise.all([...writers, death]);
    running[place] = await launch(place);
    options.log?.(`round ${round}: ${acknowledged} writes, ${receivers.arrivals.length} arrivals`);
  }
  const left = await drained(options.database);
  for (const { child } of running) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  const findings = await judge(options.database, receivers.arrivals);
  const different = new Set(receivers.arrivals.map(nameOf)).size;
  const arrivals = receivers.arrivals.length;
  return {
    acknowledged,
    arrivals,
    repeated: arrivals - different,
    findings: left === 0 ? findings : [`${left} deliveries are left`, ...findings],
  };
}

async function clientOf(server: Server): Promise<DialectClient> {
  return (await dialectClients(server)).ownli;
}

async function createUsers(client: DialectClient): Promise<string[]> {
  const created = await Promise.all(Array.from({ length: USERS }, () => client.create(somebody())));
  return created.map(({ id }) => id ?? nobody());
}

/** @returns whether it was acknowledged */
async function update(client: DialectClient, userId: string, givenName: string): Promise<boolean> {
  try {
    return (await client.update(userId, { givenName })).status === 200;
  } catch {
    return false;
  }
}

/** @returns how many deliveries are left when nothing more is waited for */
async function drained(database: string): Promise<number> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const left = await countRows(database, 'outbox');
    if (left === 0 || performance.now() > deadline) return left;
    await sleep(100);
  }
}

function nameOf({ receiver, userId, sequence }: Arrival): string {
  return `${receiver} ${userId} ${sequence}`;
}

/** Holds what arrived to the history: whatever is in it was acknowledged, or might have been. */
async function judge(database: string, arrivals: readonly Arrival[]): Promise<string[]> {
  const { events, findings } = await checkDatabase(database);
  const wrong = [...findings];
  const numbers = new Map<string, number[]>();
  for (const [userId, history] of events) {
    numbers.set(
      userId,
      history.filter(({ type }) => type === TOLD).map(({ sequence }) => sequence),
    );
  }
  /** What each receiver has accepted of each user so far: how many of the first. */
  const accepted = new Map<string, number>();
  for (const arrival of arrivals) {
    const { receiver, userId, sequence, isDurable } = arrival;
    const place = numbers.get(userId)?.indexOf(sequence) ?? -1;
    const lane = `${receiver} ${userId}`;
    const before = accepted.get(lane) ?? 0;
    if (!isDurable || place < 0) wrong.push(`${nameOf(arrival)} came before its change was there`);
    if (place > before) wrong.push(`${nameOf(arrival)} came before one that is earlier`);
    if (arrival.accepted && place === before) accepted.set(lane, before + 1);
  }
  const receivers = new Set(arrivals.map(({ receiver }) => receiver));
  for (const receiver of receivers) {
    for (const [userId, all] of numbers) {
      const count = accepted.get(`${receiver} ${userId}`) ?? 0;
      if (count < all.length) wrong.push(`${receiver} has ${count} of ${all.length} changes of ${userId}`);
    }
  }
  return wrong;
}

function nobody(): never {
  throw new Error('there is none');
}
