import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { BatchFailed, StoreUnavailable } from '../../app/ports/store.ts';
import { DamagedRecord } from '../documents.ts';
import { batchFailure, failureOf, readFailure } from './failures.ts';

function sent(code: string): DatabaseError {
  return Object.assign(new DatabaseError('told by the database', 1, 'error'), { code, severity: 'ERROR' });
}

const brokenPipe = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });

describe('what an error means', () => {
  it.each([
    ['23505', 'conflict'],
    ['40001', 'victim'],
    ['40P01', 'victim'],
    ['55P03', 'unavailable'],
    ['57P01', 'unavailable'],
    ['57P03', 'unavailable'],
    ['57014', 'unavailable'],
    ['08006', 'unavailable'],
    ['53100', 'unavailable'],
    ['53300', 'unavailable'],
    ['58030', 'unavailable'],
    ['XX001', 'unavailable'],
    ['25006', 'unavailable'],
    ['28P01', 'unavailable'],
    ['22021', 'refused'],
    ['23514', 'refused'],
    ['42P01', 'refused'],
  ])('%s is %s', (code, expected) => {
    expect(failureOf(sent(code))).toBe(expected);
  });

  it.each([
    [brokenPipe, 'unavailable'],
    [new Error('Connection terminated unexpectedly'), 'unavailable'],
    [new Error('timeout exceeded when trying to connect'), 'unavailable'],
    [new Error('Query read timeout'), 'unavailable'],
    [new StoreUnavailable('away', null), 'unavailable'],
    [new TypeError('connection is not a function'), 'refused'],
    [new Error('a fault of ours'), 'refused'],
    ['no error at all', 'refused'],
  ])('%s is %s', (error, expected) => {
    expect(failureOf(error)).toBe(expected);
  });

  it('given a batch, then it is unavailable, or failed for a reason of its own', () => {
    expect(batchFailure(sent('40P01'))).toBeInstanceOf(StoreUnavailable);
    expect(batchFailure(brokenPipe)).toBeInstanceOf(StoreUnavailable);
    const failed = batchFailure(sent('23505'));
    expect(failed).toBeInstanceOf(BatchFailed);
    expect(batchFailure(failed)).toBe(failed);
  });

  it('given a read, then a damaged record is not shown, and a fault of ours is not hidden', () => {
    expect(readFailure(new DamagedRecord('1'))).toBeInstanceOf(StoreUnavailable);
    expect(readFailure(sent('57P01'))).toBeInstanceOf(StoreUnavailable);
    const fault = new TypeError('a fault of ours');
    expect(readFailure(fault)).toBe(fault);
  });
});
