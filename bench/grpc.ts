import { type ClientHttp2Session, connect } from 'node:http2';
import { create, toBinary } from '@bufbuild/protobuf';
import { UpdateHumanUserRequestSchema } from '../server/src/api/zitadel/protocol/user-service.ts';
import { ACME } from '../server/test/support/setup.ts';
import { type RequestMaker, updatesOf } from './clients.ts';
import { load, median } from './load.ts';
import type { Prepared } from './prepare.ts';
import { atLeast, type Row } from './report.ts';
import { type Plan, startTessera } from './throughput.ts';

const SESSIONS = 4;
const STREAMS = 16;

interface GrpcCall {
  readonly key: string;
  readonly message: Uint8Array;
}

/**
 * Keeps as many calls under way as the HTTP/1 load has connections. Throws when one does not end with status 0.
 *
 * @returns answers per second
 */
async function loadGrpc(url: string, seconds: number, next: (n: number) => GrpcCall): Promise<number> {
  const sessions = Array.from({ length: SESSIONS }, () => connect(url));
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  let n = 0;
  const one = (session: ClientHttp2Session): Promise<void> =>
    new Promise((resolve, reject) => {
      n += 1;
      const { key, message } = next(n);
      const body = Buffer.allocUnsafe(5 + message.length);
      body.writeUInt8(0, 0);
      body.writeUInt32BE(message.length, 1);
      body.set(message, 5);
      const stream = session.request({
        ':method': 'POST',
        ':path': '/zitadel.user.v2.UserService/UpdateHumanUser',
        'content-type': 'application/grpc+proto',
        te: 'trailers',
        authorization: `Bearer ${ACME.adminPat}`,
        'idempotency-key': key,
      });
      let status: unknown;
      stream.on('trailers', (trailers) => {
        status = trailers['grpc-status'];
      });
      stream.on('error', reject);
      stream.on('close', () => (status === '0' ? resolve() : reject(new Error(`a call ended with status ${status}`))));
      stream.resume().end(body);
    });
  const worker = async (session: ClientHttp2Session): Promise<void> => {
    while (performance.now() < end) await one(session);
  };
  await Promise.all(sessions.flatMap((session) => Array.from({ length: STREAMS }, () => worker(session))));
  const elapsed = (performance.now() - startedAt) / 1000;
  for (const session of sessions) session.close();
  return n / elapsed;
}

/** UpdateHumanUser over gRPC against the same over REST, in alternating runs on one server. */
export async function benchGrpc(prepared: Prepared, plan: Plan, report: (row: Row) => void): Promise<void> {
  const server = await startTessera(prepared);
  const { userIds } = prepared;
  const calls = (label: string) => (n: number) => ({
    key: `${label}-${n}`,
    message: toBinary(
      UpdateHumanUserRequestSchema,
      create(UpdateHumanUserRequestSchema, {
        userId: userIds[(n * 7919) % userIds.length] ?? '',
        profile: { givenName: 'Minnie', familyName: 'Mouse', nickName: `${label}-${n}` },
      }),
    ),
  });
  try {
    const rest = async (label: string, seconds: number) =>
      load(
        server.url,
        SESSIONS * STREAMS,
        seconds,
        (await updatesOf(server.url, prepared, label)).zitadel as RequestMaker,
      );
    await rest('grpc-warm-rest', 2);
    await loadGrpc(server.url, 2, calls('grpc-warm'));
    const results = { rest: [] as number[], grpc: [] as number[] };
    for (let round = 0; round < plan.rounds; round += 1) {
      const overRest = await rest(`grpc-rest${round}`, plan.seconds);
      const overGrpc = await loadGrpc(server.url, plan.seconds, calls(`grpc${round}`));
      results.rest.push(overRest.perSecond);
      results.grpc.push(overGrpc);
    }
    const [ours, theirs] = [median(results.grpc), median(results.rest)];
    report(
      atLeast('UpdateHumanUser over gRPC', ours / theirs, 0.6, `${ours.toFixed(0)}/s against ${theirs.toFixed(0)}/s`),
    );
  } finally {
    await server.stop();
  }
}
