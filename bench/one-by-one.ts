import { Agent, request } from 'node:http';
import type { RequestMaker } from './clients.ts';
import { median } from './load.ts';

/** Median time of a call in milliseconds, for one client that sends one call after another on one connection. */
export async function medianOfCalls(url: string, calls: number, next: RequestMaker): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let n = 1; n <= calls; n += 1) {
    const from = performance.now();
    await call(url, agent, next(n));
    times.push(performance.now() - from);
  }
  agent.destroy();
  return median(times);
}

function call(url: string, agent: Agent, { method, path, headers, body }: ReturnType<RequestMaker>): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method, headers, agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${method} ${path} was answered ${response.statusCode}`));
      response.resume().on('end', resolve);
    });
    outgoing.on('error', reject).end(body);
  });
}
