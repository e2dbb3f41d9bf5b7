import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool, type PoolClient } from 'pg';

/**
 * What the same three rows cost when every update is a transaction of its own, as most programs do it: begin, look for
 * the idempotency key, lock and read the user, write it back, add its event, add the answer, commit. It parses the body
 * and does not route, check or authenticate.
 *
 * Usage: `node bench/floor-postgres.ts DATABASE_URL CONNECTIONS BYTES_OF_ANSWER`; prints its address.
 */
const [url = '', connections = '4', answerBytes = '0'] = process.argv.slice(2);
const pool = new Pool({ connectionString: url, max: Number(connections) });
const answer = JSON.stringify({ padding: 'x'.repeat(Math.max(0, Number(answerBytes) - 14)) });

async function update(client: PoolClient, id: string, key: string, value: string): Promise<void> {
  await client.query('BEGIN');
  await client.query('SELECT payload FROM answers WHERE key = $1', [key]);
  const { rows } = await client.query(
    'SELECT organization_id, sequence, document FROM users WHERE id = $1 FOR UPDATE',
    [id],
  );
  const { organization_id: organization, document } = rows[0];
  const sequence = Number(rows[0].sequence) + 1;
  const record = JSON.parse(document);
  record.extra = { ...record.extra, customField1: value };
  await client.query('UPDATE users SET sequence = $2, document = $3, tx = pg_current_xact_id() WHERE id = $1', [
    id,
    sequence,
    JSON.stringify(record),
  ]);
  await client.query(
    `INSERT INTO events
       (user_id, sequence, organization_id, kind, type, schema, at, actor, dialect, client, request_id, changes, tx)
     VALUES ($1, $2, $3, 'human', 'user.extra_changed', 1, $4, 'client', 'floor', 'client', $5, $6, pg_current_xact_id())`,
    [
      id,
      sequence,
      organization,
      Date.now(),
      key,
      JSON.stringify({ 'extra.customField1': { before: null, after: value } }),
    ],
  );
  await client.query('INSERT INTO answers (key, fingerprint, payload, sealed, expires_at) VALUES ($1, $1, $2, 0, $3)', [
    key,
    answer,
    Date.now() + 86_400_000,
  ]);
  await client.query('COMMIT');
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as { customField1?: string };
  const id = request.url?.slice(request.url.lastIndexOf('/') + 1) ?? '';
  const client = await pool.connect();
  try {
    await update(client, id, String(request.headers['idempotency-key']), body.customField1 ?? '');
  } finally {
    client.release();
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
}

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    process.stderr.write(`${error}\n`);
    response.writeHead(500).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`floor listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
