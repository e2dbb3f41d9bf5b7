import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DomainError, REASONS, type Reason } from '../../core/errors.ts';
import { FAULTS, Fault, type FaultName } from '../shared/faults.ts';
import { REFUSALS, statusErrorOf, statusErrorOfFault } from './errors.ts';
import { restStatus } from './protocol/status.ts';
import { answerOf } from './rest.ts';

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');

describe('reasons', () => {
  it.each(Object.keys(REASONS) as Reason[])('%s is told without internals', (reason) => {
    const { status } = statusErrorOf(new DomainError(reason, { cause: new Error('SELECT secret'), field: 'x' }));
    expect(status.message).not.toMatch(/SELECT|sqlite|Error:|\bat \//);
    expect(status.message.startsWith(REFUSALS[reason].text)).toBe(true);
  });

  it.each(Object.keys(REASONS) as Reason[])('%s answers a status that fits what kind of refusal it is', (reason) => {
    const status = answerOf(statusErrorOf(new DomainError(reason))).status;
    const isOurs = ['unavailable', 'internal'].includes(REASONS[reason]) || reason === 'feature_unsupported';
    expect(status >= 500).toBe(isOurs);
  });

  it('only a failed precondition on the version is 412', () => {
    const statuses = (Object.keys(REASONS) as Reason[]).filter(
      (reason) => answerOf(statusErrorOf(new DomainError(reason))).status === 412,
    );
    expect(statuses).toEqual(['version_conflict']);
  });

  it.each(Object.entries(REFUSALS).flatMap(([reason, { id }]) => (id === undefined ? [] : [[reason, id] as const])))(
    'the README lists the id of %s',
    (_reason, id) => {
      expect(readme).toContain(`\`${id}\``);
    },
  );

  it('waiting times reach the client', () => {
    const answer = answerOf(statusErrorOf(new DomainError('overloaded', { retryAfter: 3 })));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '3' } });
  });

  it.each([
    ['render', 'DOMAIN-ieYa7'],
    ['parse', 'DOMAIN-oGh5e'],
  ])('a template that fails to %s: %s', (field, id) => {
    const { status } = statusErrorOf(new DomainError('url_template_invalid', { field }));
    expect(status.message).toBe(`URL Template is invalid (${id})`);
  });

  it('failed attempts change the kind of the detail', () => {
    const { status } = statusErrorOf(new DomainError('password_wrong', { failedAttempts: 2 }));
    expect(status.details).toMatchObject([{ $typeName: 'zitadel.v1.CredentialsCheckError', failedAttempts: 2 }]);
  });
});

describe('faults', () => {
  it.each(Object.keys(FAULTS) as FaultName[])('%s keeps its HTTP status in the shape of the dialect', (name) => {
    const answer = answerOf(statusErrorOfFault(new Fault(name, 'What is wrong.')));
    expect(answer.status).toBe(FAULTS[name]);
    const body = JSON.parse(String(answer.body));
    expect(Object.keys(body)).toEqual(['code', 'message']);
    expect(restStatus(body.code)).toBeGreaterThanOrEqual(400);
  });
});
