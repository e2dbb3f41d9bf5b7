import autocannon from 'autocannon';

export interface LoadRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
}

/** Sends so many requests once, for warming up. */
export async function sendAll(url: string, count: number, next: (n: number) => LoadRequest): Promise<void> {
  let n = 0;
  await autocannon({
    url,
    connections: 64,
    amount: count,
    requests: [
      {
        setupRequest: (request) => {
          n += 1;
          return { ...request, ...next(n) };
        },
      },
    ],
  });
}

/**
 * Keeps `connections` busy for `seconds`, each with one request after another; `next` makes the n-th request. Throws when
 * an answer is not 2xx, or a connection fails: what comes of it is no measure.
 */
export async function load(
  url: string,
  connections: number,
  seconds: number,
  next: (n: number) => LoadRequest,
): Promise<LoadResult> {
  let n = 0;
  // A server that dies leaves the generator waiting for nothing; then the event loop would end without a word.
  const alive = setInterval(() => {}, 1000);
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    // The server ends a connection with its 10,000th request; this client would not notice.
    reconnectRate: 9_000,
    requests: [
      {
        setupRequest: (request) => {
          n += 1;
          return { ...request, ...next(n) };
        },
      },
    ],
  });
  clearInterval(alive);
  const failures = result.non2xx + result.errors + result.timeouts;
  if (failures > 0) throw new Error(`${failures} requests to ${url} failed`);
  return {
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    requests: result.requests.total,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}
