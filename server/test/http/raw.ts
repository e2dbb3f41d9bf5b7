import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly json: unknown;
}

/** Opens a connection and gathers what comes back; errors count as the end, as the far side may well reset. */
export function open(port: number): { socket: Socket; ended: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  const ended = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
  return { socket, ended };
}

/** Sends bytes as they are and gives everything received until the server ends the connection. */
export async function sendRaw(port: number, ...parts: (string | Uint8Array)[]): Promise<string> {
  const { socket, ended } = open(port);
  for (const part of parts) socket.write(part);
  return ended;
}

/** One request on a connection of its own, its parts sent as given. */
export async function call(
  port: number,
  method: string,
  target: string,
  headers: readonly string[] = [],
  body?: string | Uint8Array,
): Promise<RawAnswer> {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${method} ${target} HTTP/1.1`, 'Host: test', 'Connection: close', ...length, ...headers, '', ''];
  return parseAnswer(await sendRaw(port, head.join('\r\n'), body ?? ''));
}

export function postJson(port: number, target: string, body: string | Uint8Array): Promise<RawAnswer> {
  return call(port, 'POST', target, ['Content-Type: application/json'], body);
}

/** The first answer in what was received. */
export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = text.slice(end + 4);
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  return { status: Number(statusLine.split(' ')[1]), headers, body, json };
}
