import type { FastifyRequest } from 'fastify';
import { hasLeft } from '../shared/has-left.ts';
import { STATUS_CODES } from './protocol/status.ts';
import { StatusError } from './status-error.ts';

/** @throws StatusError `canceled` when whoever sent the request has left */
export function checkCaller({ raw }: Pick<FastifyRequest, 'raw'>): void {
  if (hasLeft(raw)) throw new StatusError({ code: STATUS_CODES.canceled, message: 'the caller has left' });
}
