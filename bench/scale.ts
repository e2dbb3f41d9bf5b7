import { ownliToken, type RequestMaker, updatesOf } from './clients.ts';
import { load, median } from './load.ts';
import type { Prepared } from './prepare.ts';
import { idle } from './processes.ts';
import { atMost, type Row, told } from './report.ts';
import { type Plan, startTessera } from './throughput.ts';

/** Connections at once: what one costs, and how many are served when there are many. */
const ALONE = 1;
const TOGETHER = 64;
/** Times that among few. */
const BOUND = 1.5;

type Kind = 'update' | 'get';

/**
 * What an update and a reading cost among a million users, against among few: how long one takes that is alone. Of many
 * at once the ratio is told but not bound: the quicker side keeps the load generator from ever going to sleep, and saves
 * itself waking it up, which takes longer than the reading.
 */
export async function benchScale(
  engine: string,
  few: Prepared,
  many: Prepared,
  plan: Plan,
  report: (row: Row) => void,
): Promise<void> {
  const sides = [
    { prepared: few, server: await startTessera(few), times: new Map<string, number[]>() },
    { prepared: many, server: await startTessera(many), times: new Map<string, number[]>() },
  ] as const;
  try {
    for (const { server } of sides) await idle(server.pid);
    for (let round = 0; round <= plan.rounds; round += 1) {
      for (const { prepared, server, times } of sides) {
        for (const connections of [TOGETHER, ALONE]) {
          const label = `scale${round}of${connections}`;
          const makers: Record<Kind, RequestMaker> = {
            update: (await updatesOf(server.url, prepared, label)).ownli as RequestMaker,
            get: await readsOf(server.url, prepared),
          };
          for (const kind of ['update', 'get'] as const) {
            const { perSecond } = await load(server.url, connections, plan.seconds, makers[kind]);
            const key = `${kind} ${connections}`;
            // The first round only warms up.
            if (round > 0) times.set(key, [...(times.get(key) ?? []), 1e6 / perSecond]);
          }
        }
      }
    }
  } finally {
    await Promise.all(sides.map(({ server }) => server.stop()));
  }
  const [small, large] = sides;
  for (const kind of ['update', 'get'] as const) {
    const ratioOf = (connections: number) => {
      const [ours, theirs] = [large, small].map(({ times }) => median(times.get(`${kind} ${connections}`) ?? []));
      return {
        ratio: (ours ?? Number.NaN) / (theirs ?? Number.NaN),
        detail: `${ours?.toFixed(0)} us against ${theirs?.toFixed(0)} us`,
      };
    };
    const counts = `${many.userIds.length} users against ${few.userIds.length}`;
    const alone = ratioOf(ALONE);
    report(atMost(`${engine}: cost of ${kind}`, alone.ratio, BOUND, 'x', `${alone.detail}, ${counts}`));
    const together = ratioOf(TOGETHER);
    report(
      told(
        `${engine}: time per ${kind}, ${TOGETHER} connections`,
        together.ratio,
        'x',
        `${together.detail}, ${counts}`,
      ),
    );
  }
}

async function readsOf(url: string, { userIds }: Prepared): Promise<RequestMaker> {
  const headers = { authorization: `Bearer ${await ownliToken(url)}` };
  return (n) => ({ method: 'GET', path: `/api/users/by-id/${userIds[(n * 7919) % userIds.length]}`, headers });
}
