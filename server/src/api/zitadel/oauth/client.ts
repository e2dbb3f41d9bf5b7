import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../../shared/answer.ts';
import { basicCredentials } from '../../shared/basic-credentials.ts';
import { type Fields, single } from '../../shared/fields.ts';
import { oauthRefusal } from './errors.ts';
import type { Machine, Machines } from './machines.ts';

const JWT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A parameter without a value counts as left out (RFC 6749, 3.2). @throws Fault when it is repeated */
export function field(form: Fields, name: string): string | undefined {
  return single(form, name, 'malformed_body') || undefined;
}

/**
 * The machine that asks, by its secret: in the form, or as HTTP Basic; only one of the two may be used (RFC 6749, 2.3).
 *
 * @returns the refusal when it does not prove itself
 */
export async function clientBySecret(
  machines: Machines,
  headers: IncomingHttpHeaders,
  form: Fields,
): Promise<{ readonly machine: Machine } | { readonly refusal: Answer }> {
  const clientId = field(form, 'client_id');
  const clientSecret = field(form, 'client_secret');
  if (headers.authorization === undefined) {
    if (clientId === undefined || clientSecret === undefined) return refused('invalid_client');
    return known(await machines.ofSecret(clientId, clientSecret));
  }
  if (clientSecret !== undefined) return refused('invalid_request', 'The client may authenticate in one way only.');
  const basic = basicCredentials(headers.authorization);
  if (basic === null) return refused('invalid_client');
  if (clientId !== undefined && clientId !== basic.clientId) {
    return refused('invalid_request', 'client_id is not that of the Authorization header.');
  }
  return known(await machines.ofSecret(basic.clientId, basic.secret));
}

/** By its secret, or by an assertion signed with its key (RFC 7523, 2.2). */
export async function authenticatedClient(
  machines: Machines,
  headers: IncomingHttpHeaders,
  form: Fields,
): Promise<{ readonly machine: Machine } | { readonly refusal: Answer }> {
  const assertion = field(form, 'client_assertion');
  const type = field(form, 'client_assertion_type');
  if (assertion === undefined && type === undefined) return clientBySecret(machines, headers, form);
  if (headers.authorization !== undefined || field(form, 'client_secret') !== undefined) {
    return refused('invalid_request', 'The client may authenticate in one way only.');
  }
  if (assertion === undefined || type !== JWT_ASSERTION) return refused('invalid_client');
  return known(await machines.ofAssertion(assertion));
}

function known(machine: Machine | null): { readonly machine: Machine } | { readonly refusal: Answer } {
  return machine === null ? refused('invalid_client') : { machine };
}

function refused(...reason: Parameters<typeof oauthRefusal>): { readonly refusal: Answer } {
  return { refusal: oauthRefusal(...reason) };
}
