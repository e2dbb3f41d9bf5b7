import { connect, type Socket } from 'node:net';

/** Frame types of HTTP/2 (RFC 9113, 6). */
export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;
export const CODES = { protocol: 1, refused: 7, cancel: 8, calm: 11 } as const;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Header fields as literals that are never indexed (RFC 7541, 6.2.3). */
export function block(fields: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0x10]), literal(name), literal(value)]));
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

export const request = (method: string, path: string, more: readonly (readonly [string, string])[] = []): Buffer =>
  block([[':method', method], [':scheme', 'http'], [':authority', 'test'], [':path', path], ...more]);

/** A client that sends what it is told to, frame by frame. */
export class RawClient {
  readonly socket: Socket;
  readonly frames: Frame[] = [];
  /** Resolves when the server has ended the connection. */
  readonly closed: Promise<void>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(port: number, settings: Uint8Array = Buffer.alloc(0)) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (bytes) => this.#read(bytes));
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.on('close', () => resolve()));
    this.socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    this.send(frame(FRAME.settings, 0, 0, settings));
  }

  /** @returns a promise that resolves when there is room for more */
  send(...frames: Uint8Array[]): Promise<void> | void {
    if (this.socket.destroyed || this.socket.write(Buffer.concat(frames))) return;
    return new Promise((resolve) => {
      this.socket.once('drain', resolve).once('close', resolve);
    });
  }

  of(type: number): Frame[] {
    return this.frames.filter((each) => each.type === type);
  }

  /** Why the server ended the connection, or undefined when it did not say. */
  get goneFor(): number | undefined {
    // The first says why; Node says goodbye once more when it closes.
    return this.of(FRAME.goaway)[0]?.payload.readUInt32BE(4);
  }

  #read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 9) {
      const end = 9 + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < end) return;
      const [type = 0, flags = 0] = this.#rest.subarray(3, 5);
      const stream = this.#rest.readUInt32BE(5);
      this.frames.push({ type, flags, stream, payload: this.#rest.subarray(9, end) });
      this.#rest = this.#rest.subarray(end);
    }
  }
}
