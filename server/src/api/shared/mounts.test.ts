import { describe, expect, it } from 'vitest';
import { SingleHeaders } from './headers.ts';
import { type Mount, methodsOf, ownerOf, pathOf, segmentsOf } from './mounts.ts';
import type { Method } from './route.ts';

const mountOf = (name: string, prefixes: string[], routes: [Method, string][] = []): Mount => ({
  dialect: { name, prefixes, routes: [], renderError: () => ({ status: 500, body: null }) },
  singleHeaders: new SingleHeaders(),
  patterns: routes.map(([method, path]) => ({ method, segments: segmentsOf(path) })),
});

describe('ownerOf', () => {
  const mounts = [
    mountOf('rest', ['/api', '/user']),
    mountOf('first', ['/api/v1']),
    mountOf('proto', ['/v2', '/proto.']),
  ];

  it.each([
    ['/api', 'rest'],
    ['/api/users', 'rest'],
    ['/api/v1', 'first'],
    ['/api/v1/users', 'first'],
    ['/api/v10', 'rest'],
    ['/api//v1', 'rest'],
    ['/apis', null],
    ['/user/x', 'rest'],
    ['/users', null],
    ['/v2/', 'proto'],
    ['/proto.user.v2.UserService/Get', 'proto'],
    ['/proto', null],
    ['/', null],
    ['', null],
  ])('given the path %s, when its owner is sought, then it is %s', (path, name) => {
    expect(ownerOf(mounts, path)?.dialect.name ?? null).toBe(name);
  });
});

describe('methodsOf', () => {
  const mount = mountOf(
    'm',
    ['/'],
    [
      ['GET', '/users/:id'],
      ['PUT', '/users/:id'],
      ['POST', '/users/search'],
      ['GET', '/files/*'],
    ],
  );

  it.each([
    ['/users/1', ['GET', 'HEAD', 'PUT']],
    ['/users/search', ['GET', 'HEAD', 'PUT', 'POST']],
    ['/users/', []],
    ['/users', []],
    ['/users/1/', []],
    ['/files/a/b', ['GET', 'HEAD']],
    ['/files', []],
  ])('given %s, when its methods are sought, then they are %j', (path, methods) => {
    expect(methodsOf(mount, path)).toEqual(methods);
  });
});

describe('segmentsOf', () => {
  it.each(['/a/:b?', '/a/b*', '/*/b', '/a/:b-:c', '/a/:b(x)'])(
    'given %s, when it is split, then it is refused',
    (path) => {
      expect(() => segmentsOf(path)).toThrow(path);
    },
  );
});

describe('pathOf', () => {
  it.each([
    ['/a/b?c=d', '/a/b'],
    ['/a#b', '/a'],
    ['http://evil.test/a?b', '/a'],
    ['/%61pi/x', '/api/x'],
    ['/a/%', '/a/%'],
    ['/a%2Fb', '/a%2Fb'],
    ['*', '*'],
  ])('given the target %s, when its path is taken, then it is %s', (target, path) => {
    expect(pathOf(target)).toBe(path);
  });
});
