import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { SETTINGS } from '../server/src/store/sqlite/open.ts';
import { type Creation, creationsOn } from './floor-create.ts';

/**
 * The floor: what the same rows cost with nothing around them. It parses the body and writes a user row, an event and
 * an idempotency record (of as many bytes as an answer has) with the durability settings of the server and the same
 * grouping of waiting requests; it does not route, check or authenticate. `POST` writes the rows of a new user instead,
 * `GET` answers a fixed body, as bare `node:http` does.
 *
 * Usage: `node bench/floor.ts DATABASE BYTES_OF_GET_ANSWER`; prints its address.
 */
const [path = '', answerSize = '0'] = process.argv.slice(2);
const db = new DatabaseSync(path);
db.exec(SETTINGS);
const updateUser = db.prepare('UPDATE users SET sequence = sequence + 1, document = ? WHERE id = ?');
const insertEvent = db.prepare(
  `INSERT INTO events
     (user_id, sequence, organization_id, kind, type, schema, at, actor, dialect, client, request_id, changes)
   VALUES (?, ?, ?, 'human', 'user.extra_changed', 1, ?, 'client', 'floor', 'client', ?, ?)`,
);
const saveAnswer = db.prepare(
  'INSERT INTO answers (key, fingerprint, payload, sealed, expires_at) VALUES (?, ?, ?, 0, ?)',
);
const begin = db.prepare('BEGIN IMMEDIATE');
const commit = db.prepare('COMMIT');
const users = db.prepare('SELECT id, organization_id, document FROM users').all();
const documents = new Map(users.map((row) => [String(row.id), row]));

interface Waiting {
  readonly key: string;
  /** Writes the rows of the request but for its idempotency record. */
  readonly write: () => void;
  readonly response: ServerResponse;
}

let waiting: Waiting[] = [];
// Above every sequence that is in the database, also after another run of the floor on it.
let count = Date.now();

function flush(): void {
  const batch = waiting;
  waiting = [];
  begin.run();
  for (const { key, write } of batch) {
    write();
    saveAnswer.run(key, key, answer, Date.now() + 86_400_000);
  }
  commit.run();
  for (const { response } of batch) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
  }
}

function update(id: string, value: string): void {
  const row = documents.get(id);
  const document = String(row?.document).replace('"extra":{', `"extra":{"customField1":"${value}",`);
  count += 1;
  const changes = JSON.stringify({ 'extra.customField1': { before: null, after: value } });
  updateUser.run(document, id);
  insertEvent.run(id, count, String(row?.organization_id), Date.now(), `request-${count}`, changes);
}

const create = creationsOn(db);
const answer = JSON.stringify({ padding: 'x'.repeat(Math.max(0, Number(answerSize) - 14)) });

function onRequest(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'GET') {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
      .end(answer);
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
    const id = request.url?.slice(request.url.lastIndexOf('/') + 1) ?? '';
    const key = String(request.headers['idempotency-key']);
    const write =
      request.method === 'POST'
        ? () => create(body as Creation)
        : () => update(id, (body as { customField1?: string }).customField1 ?? '');
    if (waiting.length === 0) setImmediate(flush);
    waiting.push({ key, write, response });
  });
}

const server = createServer(onRequest);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`floor listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
