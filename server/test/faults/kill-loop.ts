import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Contents, checkDatabase } from '../support/checker.ts';
import {
  DIALECT_NAMES,
  type DialectClient,
  type DialectName,
  dialectClients,
  type Sender,
  somebody,
} from '../support/clients.ts';
import { send } from '../support/tessera.ts';

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

type Style = DialectName | 'avibra-v1';

/** One write with a mark that nothing else has, sent under a key of its own. */
interface Write {
  readonly style: Style;
  readonly userId: string;
  readonly mark: string;
  outcome: 'sent' | 'acknowledged' | 'unknown' | 'refused';
}

const STYLES: readonly Style[] = [...DIALECT_NAMES, 'avibra-v1'];
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

async function createUsers(client: DialectClient): Promise<string[]> {
  const created = await Promise.all(STYLES.map(() => client.create(somebody())));
  return created.map(({ id, response }) => {
    if (id === undefined) throw new Error(`a user could not be created: ${response.text}`);
    return id;
  });
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

async function perform(clients: Record<DialectName, DialectClient>, write: Write): Promise<void> {
  const { style, userId, mark } = write;
  const headers = { 'idempotency-key': mark, ...(style === 'avibra-v1' ? { version: 'v1' } : {}) };
  try {
    const client = clients[style === 'avibra-v1' ? 'avibra' : style];
    const { status } = await client.update(userId, { givenName: mark, familyName: 'Mouse' }, headers);
    write.outcome = status === 200 ? 'acknowledged' : status >= 500 ? 'unknown' : 'refused';
  } catch {
    write.outcome = 'unknown';
  }
}

/** Every client whose answer was lost asks again with the same key, as it would in life. */
async function settle(clients: Record<DialectName, DialectClient>, writes: readonly Write[]): Promise<void> {
  const open = writes.filter(({ outcome }) => outcome === 'unknown');
  for (const write of open) await perform(clients, write);
}

function judge(writes: readonly Write[], { events, findings }: Contents): string[] {
  const seen = new Map<string, number>();
  for (const event of [...events.values()].flat()) {
    const mark = event.changes['profile.givenName']?.after;
    if (typeof mark === 'string') seen.set(mark, (seen.get(mark) ?? 0) + 1);
  }
  const wrong = writes.flatMap(({ style, mark, outcome }) => {
    const times = seen.get(mark) ?? 0;
    if (outcome === 'acknowledged' && times !== 1)
      return [`${mark} (${style}) was acknowledged and is there ${times} times`];
    if (outcome === 'refused') return [`${mark} (${style}) was refused`];
    return outcome === 'unknown' && times > 1 ? [`${mark} (${style}) is there ${times} times`] : [];
  });
  return [...findings, ...wrong];
}

interface Server extends Sender {
  readonly child: ChildProcess;
}

async function start(command: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TESSERA_LOG_LEVEL: 'fatal' },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^tessera listening on (\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { child, send: (method, path, request = {}) => send(`${url}${path}`, method, request) };
  }
  throw new Error('the server ended before it was ready');
}

/** mulberry32: small, good enough to spread kills. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
