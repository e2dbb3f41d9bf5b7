import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPasswordHasher } from '../server/src/crypto/passwords/hasher.ts';
import { ACME, testSetup } from '../server/test/support/setup.ts';
import { updatesOf } from './clients.ts';
import { type LoadRequest, median, p99 } from './load.ts';
import type { Prepared } from './prepare.ts';
import { run } from './processes.ts';
import { atMost, type Row, told } from './report.ts';
import type { Plan } from './throughput.ts';

/** Calls per second: sign-ins far beyond what can be hashed, and ordinary calls beside them. */
const SIGN_INS = 400;
const OTHERS = 200;
/** Milliseconds. */
const OTHERS_BOUND = 50;
const REFUSED_BOUND = 20;
/** Seconds that only warm up: connections are opened, code is compiled, the lane fills. */
const WARM = 2;

interface Told {
  readonly status: number;
  /** Milliseconds since it was sent. */
  readonly time: number;
}

/**
 * Sign-ins at a multiple of what can be hashed: those that find the lane full must be told so at once, and other calls
 * must not wait for it.
 */
export async function benchSignIn(prepared: Prepared, plan: Plan, report: (row: Row) => void): Promise<void> {
  const hashes = await hashesPerSecond(plan.seconds);
  const server = await startUnlimited(prepared);
  const agent = new Agent({ keepAlive: true, maxSockets: 1024 });
  try {
    const updates = (await updatesOf(server.url, prepared, 'beside')).ownli;
    if (updates === undefined) throw new Error('there are no updates');
    const seconds = WARM + plan.seconds;
    const all = await Promise.all([
      atRate(SIGN_INS, seconds, () => send(server.url, agent, SIGN_IN)),
      atRate(OTHERS, seconds, (n) => send(server.url, agent, n % 2 === 0 ? updates(n) : reading(prepared, n))),
    ]);
    const [signIns, others] = [all[0].slice(SIGN_INS * WARM), all[1].slice(OTHERS * WARM)];
    const taken = timesOf(signIns, [200]);
    const refused = timesOf(signIns, [429, 503]);
    if (taken.length + refused.length !== signIns.length) throw new Error('sign-ins failed');
    if (timesOf(others, [200]).length !== others.length) throw new Error('other calls failed');
    const offered = `${SIGN_INS} sign-ins/s offered`;
    const beside = timesOf(others, [200]);
    report(
      atMost(
        'calls beside sign-ins, p99',
        p99(beside),
        OTHERS_BOUND,
        'ms',
        `p50 ${median(beside).toFixed(1)} ms, ${offered}`,
      ),
    );
    report(atMost('refused sign-ins, p99', p99(refused), REFUSED_BOUND, 'ms', `${refused.length} refused, ${offered}`));
    const alone = `${hashes.toFixed(0)} hashes/s by one who does nothing else`;
    report(told('sign-ins taken', taken.length / plan.seconds, '/s', `p99 ${p99(taken).toFixed(0)} ms, ${alone}`));
  } finally {
    agent.destroy();
    await server.stop();
  }
}

const SIGN_IN: LoadRequest = {
  method: 'POST',
  path: '/api/v1/users/auth',
  headers: { 'content-type': 'application/json', 'brand-url': ACME.brandUrl },
  body: JSON.stringify({ username: 'viewer', password: ACME.viewer.password }),
};

function reading({ userIds }: Prepared, n: number): LoadRequest {
  const path = `/v2/users/${userIds[(n * 7919) % userIds.length]}`;
  return { method: 'GET', path, headers: { authorization: `Bearer ${ACME.adminPat}` } };
}

/** What a server hashes that does nothing else. */
async function hashesPerSecond(seconds: number): Promise<number> {
  const hasher = createPasswordHasher();
  const from = performance.now();
  let count = 0;
  const until = from + Math.min(seconds, 3) * 1000;
  const work = async (): Promise<void> => {
    while (performance.now() < until) {
      await hasher.hash(ACME.viewer.password);
      count += 1;
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return (count * 1000) / (performance.now() - from);
}

/** All sign-ins come from one address here, as one user: that must not be what limits them. */
function startUnlimited({ dataDir, database }: Prepared): ReturnType<typeof run> {
  const setup = testSetup();
  const limit = { burst: 1_000_000, perHour: 1_000_000 };
  setup.instance.rateLimits = { signIn: { user: limit, address: limit } };
  const setupPath = join(dataDir, 'sign-in-setup.json');
  writeFileSync(setupPath, JSON.stringify(setup));
  return run(['server/bin/tessera.js', 'serve', '--port', '0', '--data', dataDir, '--setup', setupPath, ...database]);
}

/** Sends at a steady rate, whatever comes back and when. */
async function atRate(perSecond: number, seconds: number, next: (n: number) => Promise<number>): Promise<Told[]> {
  const from = performance.now();
  const calls: Promise<Told>[] = [];
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const due = from + (n * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    const sent = Math.max(due, performance.now());
    calls.push(next(n).then((status) => ({ status, time: performance.now() - sent })));
  }
  return Promise.all(calls);
}

function send(url: string, agent: Agent, { method, path, headers, body }: LoadRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}${path}`, { method, agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

function timesOf(answers: readonly Told[], statuses: readonly number[]): number[] {
  return answers.flatMap(({ status, time }) => (statuses.includes(status) ? [time] : []));
}
