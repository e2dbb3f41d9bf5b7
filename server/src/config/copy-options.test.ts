import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { readCopyOptions } from './copy-options.ts';

const POSTGRES = 'postgres://u:hunter2@h/d';

describe('the options of a copy', () => {
  it('name two databases, by option or variable', () => {
    const { from, to } = readCopyOptions(['--from', 'sqlite:/a.db'], { TESSERA_COPY_TO: POSTGRES });
    expect(from).toEqual({ engine: 'sqlite', path: '/a.db' });
    expect(to).toMatchObject({ engine: 'postgres', url: POSTGRES });
  });

  it('given both, then the option wins', () => {
    const env = { TESSERA_COPY_FROM: POSTGRES, TESSERA_COPY_TO: POSTGRES };
    expect(readCopyOptions(['--from', 'sqlite:/a.db'], env).from).toEqual({ engine: 'sqlite', path: '/a.db' });
  });

  it('given a bare sqlite:, then it is the file a server would use', () => {
    const env = { TESSERA_COPY_FROM: 'sqlite:', TESSERA_COPY_TO: POSTGRES };
    expect(readCopyOptions([], env).from).toEqual({ engine: 'sqlite', path: resolve('data/tessera.db') });
    expect(readCopyOptions([], { ...env, TESSERA_DATA_DIR: '/srv' }).from).toMatchObject({ path: '/srv/tessera.db' });
  });

  it.each([
    [[], {}],
    [['--from', POSTGRES], {}],
    [['--from', POSTGRES, '--to'], {}],
    [['--from', POSTGRES, '--to', ''], {}],
    [['--from', POSTGRES], { TESSERA_COPY_TO: '' }],
    [['--from', `${POSTGRES}?sslmode=prefer`, '--to', 'sqlite:/b.db'], {}],
    [['--from', 'postgres://u:hunter2/@h/d', '--to', 'sqlite:/b.db'], {}],
    [[POSTGRES, POSTGRES], {}],
  ])('given %j and %j, then they are refused without a password in the message', (args, env) => {
    const read = () => readCopyOptions(args, env);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/^(?!.*hunter2)/);
  });
});
