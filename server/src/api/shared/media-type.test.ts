import { describe, expect, it } from 'vitest';
import { mediaType } from './media-type.ts';

describe('mediaType', () => {
  it.each([
    ['application/json', 'application/json'],
    ['Application/JSON; charset=UTF-8', 'application/json'],
    ['application/json;charset="utf-8"', 'application/json'],
    ['application/json; profile="a;b\\""; charset=utf8', 'application/json'],
    ['application/json;', 'application/json'],
    ['application/json ', 'application/json'],
    ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded'],
  ])('given %j, when it is read, then it is %s', (header, type) => {
    expect(mediaType(header)).toBe(type);
  });

  it.each([
    '',
    'json',
    'application/',
    'application/json charset=utf-8',
    'application/json, text/plain',
    'a/b/c',
    'ä/b',
  ])('given %j, when it is read, then it is malformed', (header) => {
    expect(mediaType(header)).toBeNull();
  });

  it.each([
    'application/json; charset=latin1',
    'application/json; a=b; charset="utf-16"',
    'application/json; charset=',
  ])('given %j, when it is read, then the charset is refused', (header) => {
    expect(mediaType(header)).toBeNull();
  });
});
