import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { readWebhooksOptions } from './webhooks-options.ts';

describe('the options of webhooks', () => {
  it('given a list, then it is of the database that a server would use', () => {
    expect(readWebhooksOptions(['list'], {})).toEqual({
      action: 'list',
      json: false,
      database: { engine: 'sqlite', path: resolve('data/tessera.db') },
    });
    expect(readWebhooksOptions(['list', '--json'], { TESSERA_DATA_DIR: '/srv' })).toMatchObject({
      json: true,
      database: { path: '/srv/tessera.db' },
    });
    const postgres = { TESSERA_DATABASE_URL: 'postgres://u:p@h/d' };
    expect(readWebhooksOptions(['list'], postgres)).toMatchObject({ database: { engine: 'postgres' } });
  });

  it('given a replay, then times are of UTC unless they say otherwise', () => {
    const args = ['--receiver', 'r', '--since', '2026-01-15', '--until', '2026-01-15T13:00:00+01:00', '--user', 'u'];
    expect(readWebhooksOptions(['replay', ...args], {})).toMatchObject({
      receiver: 'r',
      since: Date.UTC(2026, 0, 15),
      until: Date.UTC(2026, 0, 15, 12),
      userId: 'u',
    });
    expect(readWebhooksOptions(['replay', '--receiver', 'r', '--since', '2026-01-15'], {})).not.toHaveProperty('until');
  });

  it('given a retry, then it names the receiver', () => {
    expect(readWebhooksOptions(['retry', '--receiver', 'r'], {})).toMatchObject({ action: 'retry', receiver: 'r' });
  });

  it.each([
    [[]],
    [['delete']],
    [['list', '--receiver', 'r']],
    [['list', 'r']],
    [['retry']],
    [['retry', '--receiver']],
    [['retry', '--receiver', 'r', '--json']],
    [['replay', '--receiver', 'r']],
    [['replay', '--since', '2026-01-15']],
    ...[
      'yesterday',
      '2026',
      '2026-13-01',
      '2026-02-30',
      '2026-01-15T25:00:00Z',
      '2026-01-15T12:00:00',
      '1768478400',
    ].map((since) => [['replay', '--receiver', 'r', '--since', since]]),
  ])('given %j, then they are refused', (args) => {
    expect(() => readWebhooksOptions(args, {})).toThrow(ConfigError);
  });
});
