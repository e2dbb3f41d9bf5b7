import { ownliToken, type RequestMaker, updatesOf } from './clients.ts';
import { load, median } from './load.ts';
import type { Prepared } from './prepare.ts';
import type { Running } from './processes.ts';
import { atMost, type Row } from './report.ts';
import { type Plan, startTessera } from './throughput.ts';

const CONNECTIONS = 64;
/** Times that among few. */
const BOUND = 1.5;

/** What an update and a reading cost among a million users, against among few. */
export async function benchScale(
  engine: string,
  few: Prepared,
  many: Prepared,
  plan: Plan,
  report: (row: Row) => void,
): Promise<void> {
  const sides = [
    { prepared: few, server: await startTessera(few), update: [] as number[], get: [] as number[] },
    { prepared: many, server: await startTessera(many), update: [] as number[], get: [] as number[] },
  ] as const;
  try {
    for (let round = 0; round <= plan.rounds; round += 1) {
      for (const { prepared, server, update, get } of sides) {
        const updates = (await updatesOf(server.url, prepared, `scale${round}`)).ownli as RequestMaker;
        const times = {
          update: await timePerRequest(server, plan, updates),
          get: await timePerRequest(server, plan, await readsOf(server.url, prepared)),
        };
        // The first round only warms up.
        if (round > 0) update.push(times.update);
        if (round > 0) get.push(times.get);
      }
    }
  } finally {
    await Promise.all(sides.map(({ server }) => server.stop()));
  }
  const [small, large] = sides;
  for (const kind of ['update', 'get'] as const) {
    const [ours, theirs] = [median(large[kind]), median(small[kind])];
    const counts = `${many.userIds.length} users against ${few.userIds.length}`;
    const detail = `${ours.toFixed(0)} us against ${theirs.toFixed(0)} us, ${counts}`;
    report(atMost(`${engine}: cost of ${kind}`, ours / theirs, BOUND, 'x', detail));
  }
}

/** Microseconds of the server's time per request, while it is busy with nothing else. */
async function timePerRequest(server: Running, plan: Plan, next: RequestMaker): Promise<number> {
  const { perSecond } = await load(server.url, CONNECTIONS, plan.seconds, next);
  return 1e6 / perSecond;
}

async function readsOf(url: string, { userIds }: Prepared): Promise<RequestMaker> {
  const headers = { authorization: `Bearer ${await ownliToken(url)}` };
  return (n) => ({ method: 'GET', path: `/api/users/by-id/${userIds[(n * 7919) % userIds.length]}`, headers });
}
