import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { rawBody } from '../../shared/body.ts';
import { reader } from '../../shared/schema.ts';
import { requiredError } from '../fields.ts';
import { type QueryReader, readQuery } from '../query.ts';
import { invalidBody, readBody } from '../read-body.ts';
import { ids } from './body.ts';

/**
 * Reads a list of ids: from the query, as older clients send it, or else from the body. Each of them once.
 *
 * @param name of the parameter or member, such as `roleIds`
 */
export function idsIn(name: string): (request: FastifyRequest) => readonly string[] {
  const body = reader(idsBody(name));
  const inQueryOf = idsQuery(name);
  return (request) => {
    const inQuery = readQuery(request, inQueryOf);
    if (inQuery !== undefined) return inQuery;
    if (rawBody(request).length === 0) throw invalidBody([requiredError(name)]);
    return [...new Set(readBody(request, body)[name])];
  };
}

/** Where the ids are expected, for the description of an operation. */
export function idsAsked(name: string) {
  return { query: idsQuery(name), body: idsBody(name), bodyOptional: true } as const;
}

function idsBody(name: string) {
  return Type.Object({ [name]: ids() });
}

function idsQuery(name: string) {
  return (query: QueryReader) => query.list(name);
}
