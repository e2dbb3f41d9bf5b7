import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DomainError, REASONS, type Reason } from '../../core/errors.ts';
import { FAULTS, Fault, type FaultName } from '../shared/faults.ts';
import type { RequestError } from '../shared/route.ts';
import { renderError } from './errors.ts';

const info = { requestId: 'request-7', method: 'PUT', path: '/api/users/1', headers: {} };
const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');

const domain = (reason: Reason, details = {}): RequestError => ({
  kind: 'domain',
  error: new DomainError(reason, { ...details, cause: new Error('SELECT secret') }),
});
const fault = (name: FaultName): RequestError => ({ kind: 'fault', fault: new Fault(name, 'A sentence.') });

const EVERY: RequestError[] = [
  { kind: 'internal' },
  ...(Object.keys(REASONS) as Reason[]).map((reason) => domain(reason)),
  ...(Object.keys(FAULTS) as FaultName[]).map(fault),
];

function read(error: RequestError) {
  const { status, headers, body } = renderError(error, info);
  const parsed = JSON.parse(String(body)) as { error_code: string; error_message: string };
  return { status, headers, ...parsed, members: Object.keys(parsed) };
}

describe('renderError', () => {
  it('answers every error with the two members, and nothing of its cause', () => {
    for (const error of EVERY) {
      const answer = read(error);
      expect(answer.members).toEqual(['error_code', 'error_message']);
      expect(answer.error_message).toMatch(/^[A-Za-z].*[.\w]$/);
      expect(answer.error_message).not.toContain('SELECT');
    }
  });

  it('agrees with the error table of the README, in both directions', () => {
    const rows = [...readme.matchAll(/^\| ([\d, ]+) \| `([A-Z_]+)`/gm)];
    const documented = rows.flatMap(([, statuses = '', code]) =>
      statuses.split(',').map((status) => `${status.trim()} ${code}`),
    );
    const answered = new Set(EVERY.map((error) => `${read(error).status} ${read(error).error_code}`));
    expect([...answered].sort()).toEqual(documented.sort());
  });

  it.each<[Reason, number, string]>([
    ['us_state_invalid', 400, 'ERROR_INVALID_STATE_CODE'],
    ['contact_missing', 400, 'ERROR_INVALID_PARAMETERS'],
    ['unauthenticated', 401, 'ERROR_UNAUTHORIZED'],
    ['no_permission', 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE'],
    ['no_membership', 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE'],
    ['user_not_found', 404, 'ERROR_USER_NOT_FOUND'],
    ['phone_taken', 409, 'ERROR_USER_ALREADY_EXISTS'],
    ['policy_taken', 409, 'ERROR_USER_ALREADY_EXISTS'],
    ['version_conflict', 412, 'ERROR_PRECONDITION_FAILED'],
    ['key_reused', 400, 'ERROR_INVALID_PARAMETERS'],
    ['internal', 500, 'INTERNAL_SERVER_ERROR'],
  ])('answers %s with %i %s', (reason, status, code) => {
    expect(read(domain(reason))).toMatchObject({ status, error_code: code });
  });

  it('names the rule of the field that was refused', () => {
    expect(read(domain('value_invalid', { field: 'profile.givenName' })).error_message).toBe(
      'firstName must have 1 to 100 characters.',
    );
  });

  it('asks for a token, and tells when to come back', () => {
    expect(read(domain('unauthenticated')).headers).toEqual({ 'www-authenticate': 'Bearer' });
    expect(read(domain('overloaded', { retryAfter: 3 })).headers).toEqual({ 'retry-after': '3' });
    expect(read(domain('store_unavailable')).headers).toEqual({ 'retry-after': '1' });
  });

  it('puts the request id into an internal error, and only there', () => {
    const withId = EVERY.filter((error) => read(error).error_message.includes('request-7'));
    expect(withId.map((error) => read(error).status)).toEqual([500, 500]);
  });
});
