import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { rawBody } from '../../shared/body.ts';
import { reader } from '../../shared/schema.ts';
import { requiredError } from '../fields.ts';
import { readQuery } from '../query.ts';
import { invalidBody, readBody } from '../read-body.ts';
import { ids } from './body.ts';

/**
 * Reads a list of ids: from the query, as older clients send it, or else from the body. Each of them once.
 *
 * @param name of the parameter or member, such as `roleIds`
 */
export function idsIn(name: string): (request: FastifyRequest) => readonly string[] {
  const body = reader(Type.Object({ [name]: ids() }));
  return (request) => {
    const inQuery = readQuery(request, (query) => query.list(name));
    if (inQuery !== undefined) return inQuery;
    if (rawBody(request).length === 0) throw invalidBody([requiredError(name)]);
    return [...new Set(readBody(request, body)[name])];
  };
}
