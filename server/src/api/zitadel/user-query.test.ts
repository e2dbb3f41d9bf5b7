import { create } from '@bufbuild/protobuf';
import { TextQueryMethod } from '@zitadel/proto/zitadel/object/v2/object_pb';
import { describe, expect, it } from 'vitest';
import { organization } from '../../../test/support/given.ts';
import { postgresSearch, sqliteSearch } from '../../store/search/compiler.ts';
import { conditionOf } from '../../store/search/predicate.ts';
import { loginDomainsOf } from './login-name-query.ts';
import { ListUsersRequestSchema, type SearchQuery } from './protocol/user-service.ts';
import { StatusError } from './status-error.ts';
import { filterOf, MAX_QUERIES } from './user-query.ts';

const loginNames = (count: number): readonly SearchQuery[] => {
  const queries = Array.from({ length: count }, (_, n) => ({
    query: { case: 'loginNameQuery', value: { loginName: `x${n}@d1`, method: TextQueryMethod.CONTAINS } } as const,
  }));
  return create(ListUsersRequestSchema, { queries }).queries;
};

const domainsOf = (count: number) =>
  loginDomainsOf(
    Array.from({ length: count }, (_, n) =>
      organization(`o${n}`, { domains: [`d${n}.test`], userLoginMustBeDomain: true }),
    ),
  );

describe('queries by login name', () => {
  it('are no larger for a database with many organizations than with few', () => {
    const sizeWith = (organizations: number) => {
      const filter = filterOf(loginNames(MAX_QUERIES), () => domainsOf(organizations));
      return [sqliteSearch, postgresSearch].map(
        (engine) => engine.compile(conditionOf(filter, engine)).parameters.length,
      );
    };
    expect(sizeWith(1_000)).toEqual(sizeWith(3));
  });

  it('are fewer where organizations are very many, though one is always taken', () => {
    const domains = domainsOf(20_000);
    expect(filterOf(loginNames(5), () => domains)).toMatchObject({ type: 'and' });
    const text = 'with so many organizations and domains, a list takes at most 5 queries by login name';
    expect(() => filterOf(loginNames(6), () => domains)).toThrow(text);
    expect(() => filterOf(loginNames(6), () => domains)).toThrow(StatusError);
    const hosts = [{ organizations: ['o'], domains: Array.from({ length: 300_000 }, (_, n) => `${n}.test`) }];
    expect(filterOf(loginNames(1), () => hosts)).toMatchObject({ type: 'and' });
    expect(() => filterOf(loginNames(2), () => hosts)).toThrow('at most 1 queries');
  });

  it('look at the organizations only where they are asked for', () => {
    const none = (): never => {
      throw new Error('they were looked at');
    };
    expect(filterOf([], none)).toEqual({ type: 'and', filters: [] });
  });
});
