import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyRefused, loadInstanceKey } from './instance-key.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-key-'));
  path = join(folder, 'instance.key');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the instance key', () => {
  it('is made once, readable by its owner only, and then kept', () => {
    const key = loadInstanceKey(folder, undefined);
    expect(key).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe(`${key.toString('base64')}\n`);
    expect(loadInstanceKey(folder, undefined)).toEqual(key);
  });

  it('differs from folder to folder', () => {
    const other = mkdtempSync(join(tmpdir(), 'tessera-key-'));
    expect(loadInstanceKey(folder, undefined)).not.toEqual(loadInstanceKey(other, undefined));
    rmSync(other, { recursive: true });
  });

  it('is the given one, and then no file is made', () => {
    const given = Buffer.alloc(32, 9);
    expect(loadInstanceKey(folder, given)).toBe(given);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('is made anew where a first start was cut off before it wrote one', () => {
    writeFileSync(path, '', { mode: 0o644 });
    const key = loadInstanceKey(folder, undefined);
    expect(loadInstanceKey(folder, undefined)).toEqual(key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['too short', Buffer.alloc(31).toString('base64')],
    ['too long', Buffer.alloc(33).toString('base64')],
    ['no base64', 'this is not a key, whatever its length'],
    [
      'base64 with something between',
      `${Buffer.alloc(32).toString('base64').slice(0, 20)}\n${Buffer.alloc(32).toString('base64').slice(20)}`,
    ],
    ['white space', '  \n'],
  ])('is refused when the file holds what is %s, and the file stays', (_name, text) => {
    writeFileSync(path, text);
    expect(() => loadInstanceKey(folder, undefined)).toThrow(KeyRefused);
    expect(() => loadInstanceKey(folder, undefined)).toThrow(`the instance key ${path} must hold 32 bytes in base64`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is refused when the file cannot be read or made', () => {
    mkdirSync(path);
    expect(() => loadInstanceKey(folder, undefined)).toThrow(/^cannot read the instance key/);
    expect(() => loadInstanceKey(join(folder, 'nowhere'), undefined)).toThrow(/^cannot write the instance key/);
  });
});
