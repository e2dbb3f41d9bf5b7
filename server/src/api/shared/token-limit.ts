import type { RateLimits } from '../../app/rate-limits.ts';
import type { WireAnswer } from './answer.ts';
import { addressBlockOf } from './client-address.ts';
import type { Handler } from './route.ts';

/** Holds an address to so many requests with wrong credentials; those that succeed cost nothing. */
export function limitingFailures(limits: RateLimits, handler: Handler): Handler {
  return (request, reply) =>
    limits.run('token', { address: addressBlockOf(request) }, async () => handler(request, reply), isRefusal);
}

function isRefusal({ status }: WireAnswer): boolean {
  return status >= 400;
}
