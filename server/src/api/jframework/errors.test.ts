import { describe, expect, it } from 'vitest';
import { DomainError, REASONS, type Reason } from '../../core/errors.ts';
import { FAULTS, Fault, type FaultName } from '../shared/faults.ts';
import type { RequestError } from '../shared/route.ts';
import { Refusal, renderError } from './errors.ts';

const info = { requestId: 'r-1', method: 'GET', path: '/api/v1/users/me', headers: {} };
const render = (error: RequestError) => {
  const { status, headers, body } = renderError(error, info);
  return { status, headers, body: JSON.parse(body ?? '') };
};

describe('renderError', () => {
  it.each(Object.keys(REASONS) as Reason[])('writes %s in the envelope', (reason) => {
    const { status, body } = render({ kind: 'domain', error: new DomainError(reason) });
    expect(body).toEqual({
      success: false,
      statusCode: status,
      message: expect.stringMatching(/^[A-Z].*\.$/),
      data: null,
      errors: [{ code: expect.stringMatching(/^[A-Z]\w+$/), message: body.message, correlationId: 'r-1' }],
    });
  });

  it.each(Object.keys(FAULTS) as FaultName[])('writes the fault %s with its status', (name) => {
    const { status, body } = render({ kind: 'fault', fault: new Fault(name, 'A sentence.') });
    expect([status, body.statusCode, body.message]).toEqual([FAULTS[name], FAULTS[name], 'A sentence.']);
  });

  it('says nothing of an internal error', () => {
    const { status, body } = render({ kind: 'internal' });
    expect([status, body.errors[0].code]).toEqual([500, 'InternalServerError']);
  });

  it('tells when to come back', () => {
    const error = new DomainError('overloaded', { retryAfter: 3 });
    expect(render({ kind: 'domain', error })).toMatchObject({ status: 503, headers: { 'retry-after': '3' } });
  });

  it('gives every error of a refusal, and the first one as the message', () => {
    const errors = [
      { code: 'A', message: 'First.' },
      { code: 'B', message: 'Second.' },
    ];
    const { status, body } = render({ kind: 'domain', error: new Refusal('value_invalid', 400, errors) });
    expect([status, body.message, body.errors.length]).toEqual([400, 'First.', 2]);
  });
});
