import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { Refusal } from './errors.ts';
import { pageOf, sortOf } from './paging.ts';
import { type QueryReader, readQuery } from './query.ts';

const reading = <T>(query: string, read: (query: QueryReader) => T): T => readQuery({ query } as FastifyRequest, read);

function codesOf(query: string, read: (query: QueryReader) => unknown): string[] {
  try {
    reading(query, read);
  } catch (error) {
    if (error instanceof Refusal) return error.errors.map(({ code }) => code);
    throw error;
  }
  return [];
}

describe('parameters of a query', () => {
  it.each(['pageSize=7', 'PageSize=7', 'PAGESIZE=7', 'pagesize=7'])('are found in any letter case: %s', (query) => {
    expect(reading(query, pageOf)).toEqual({ pageNumber: 0, pageSize: 7 });
  });

  it('are absent when empty', () => {
    expect(
      reading('name=&flag=&ids=&size=', (q) => [q.text('name'), q.flag('flag'), q.list('ids'), q.integer('size')]),
    ).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each(['name=a&Name=b', 'name=a&name=a'])('are refused when a single one is given twice: %s', (query) => {
    expect(codesOf(query, (q) => q.text('name'))).toEqual(['InvalidName']);
  });

  it('are refused with one error each', () => {
    const read = (q: QueryReader) => [pageOf(q), sortOf(q, ['id']), q.required('code'), q.flag('testMode')];
    const query = 'pageNumber=-1&pageSize=201&sortDataField=password&sortOrder=up&testMode=1';
    expect(codesOf(query, read)).toEqual([
      'InvalidPageNumber',
      'InvalidPageSize',
      'InvalidSortDataField',
      'InvalidSortOrder',
      'CodeRequired',
      'InvalidTestMode',
    ]);
  });

  it.each(['1.5', '1e2', '0x10', ' 1', '2147483648', '99999999999999999999'])('takes no %j as a number', (text) => {
    expect(codesOf(`size=${encodeURIComponent(text)}`, (q) => q.integer('size'))).toEqual(['InvalidSize']);
  });

  it('are words in any letter case', () => {
    expect(reading('status=ACTIVE&flag=True', (q) => [q.oneOf('status', ['Active']), q.flag('flag')])).toEqual([
      'Active',
      true,
    ]);
  });

  it.each([
    ['asc', 'asc'],
    ['Ascending', 'asc'],
    ['desc', 'desc'],
    ['Descending', 'desc'],
  ])('sorts by %s', (order, direction) => {
    expect(reading(`SortOrder=${order}`, (q) => sortOf(q, ['id', 'code']))).toEqual({ by: 'id', direction });
  });
});

describe('array parameters', () => {
  it.each([
    'roleIds=a&roleIds=b',
    'RoleIds=a&roleids=b',
    'roleIds%5B%5D=a&roleIds%5B%5D=b',
    'roleIds[]=a&roleIds[]=b',
    'roleIds%5B0%5D=a&roleIds%5B1%5D=b',
    'roleIds=a,b',
    'roleIds=a%2Cb',
    'roleIds=a,,b,&roleIds=b',
  ])('are taken as %s', (query) => {
    expect(reading(query, (q) => q.list('roleIds'))).toEqual(['a', 'b']);
  });

  it('keep a comma within brackets', () => {
    expect(reading('ids[0]=a,b', (q) => q.list('ids'))).toEqual(['a,b']);
  });

  it('are refused beyond the most values', () => {
    expect(codesOf('ids=a,b,c', (q) => q.list('ids', 2))).toEqual(['InvalidIds']);
    expect(codesOf('ids=a,b,a', (q) => q.list('ids', 2))).toEqual([]);
  });
});
