import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstSetup, writeFirstSetup } from './first-setup.ts';
import { readSetup } from './setup-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-first-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the setup of a first start', () => {
  it('switches every dialect on and has someone for each purpose', () => {
    const { instance, organizations } = firstSetup(randomBytes);
    const [organization] = organizations;
    expect(organizations).toHaveLength(1);
    expect(organization).toMatchObject({
      unique: ['email', 'phone'],
      zitadel: {},
      jframework: {},
      avibra: {},
      ownli: {},
    });
    expect(
      [instance.administrators, organization?.administrators, organization?.users].map((all) => all?.length),
    ).toEqual([1, 1, 1]);
    const people = [
      ...instance.administrators,
      ...(organization?.administrators ?? []),
      ...(organization?.users ?? []),
    ];
    expect(people.map(({ id }) => id)).toEqual(people.map(() => expect.stringMatching(/^1\d{17}$/)));
    expect(organization?.users[0]?.phone).toMatch(/^\+1\d{10}$/);
  });

  it('never makes the same secret twice', () => {
    const secrets = (text: string) => text.match(/(tessera_[a-z]+_|Tessera1_)[\w-]{32}/g) ?? [];
    const all = [firstSetup(randomBytes), firstSetup(randomBytes)].flatMap((setup) => secrets(JSON.stringify(setup)));
    expect(all).toHaveLength(18);
    expect(new Set(all).size).toBe(18);
  });

  it('is written for its owner only, replaces what was there and can be read back', () => {
    // Given
    writeFileSync(join(folder, 'setup.json'), 'older', { mode: 0o644 });
    const setup = firstSetup(randomBytes);
    // When
    const path = writeFirstSetup(folder, setup);
    // Then
    expect(readSetup(path, {})).toEqual(setup);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['setup.json']);
  });

  it('leaves nothing behind when it cannot be written', () => {
    const setup = firstSetup(randomBytes);
    expect(() => writeFirstSetup(join(folder, 'missing'), setup)).toThrow('ENOENT');
    expect(readdirSync(folder)).toEqual([]);
    writeFirstSetup(folder, setup);
    expect(readFileSync(join(folder, 'setup.json'), 'utf8')).toContain('tessera_pat_');
  });
});
