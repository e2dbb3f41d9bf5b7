import { describe, expect, it } from 'vitest';
import { changed, parse } from '../../test/support/setup-text.ts';
import { ConfigError } from './config-error.ts';

const CHARACTERS = 'of 1 to 200 characters';
const signingSecret = (bytes: number) => `whsec_${Buffer.alloc(bytes).toString('base64')}`;
const WEBHOOK = { name: 'crm', url: 'https://crm.test/', events: ['*'], secret: signingSecret(24) };

describe('a setup file', () => {
  it('may have webhooks, whose private addresses are not allowed and whose secrets come from variables', () => {
    const named = { ...WEBHOOK, events: ['user.created', 'user.deleted'], secret: { env: 'CRM_SECRET' } };
    const text = changed('organizations.0.webhooks', [
      named,
      { ...WEBHOOK, name: 'crm.2', allowPrivateAddresses: true },
    ]);
    const setup = parse(text, { CRM_SECRET: signingSecret(64) });
    expect(setup.organizations[0]?.webhooks).toEqual([
      { ...named, secret: signingSecret(64), allowPrivateAddresses: false },
      { ...WEBHOOK, name: 'crm.2', allowPrivateAddresses: true },
    ]);
    expect(setup.organizations[1]?.webhooks).toEqual([]);
  });
});

describe('webhooks that cannot be are refused in one sentence', () => {
  it.each<[string, unknown, string]>([
    [
      'organizations.0.avibra.webhook',
      { url: 'http://h/', events: ['user_updated'] },
      'organizations[0].avibra.webhook.events[0] must be one of "enrollment_request_received", "enrollment_successful", "offer_activation_successful", "offer_upgrade_successful", "offer_cancellation_successful", "user_benefits_pendingswap"',
    ],
    [
      'organizations.0.avibra.webhook',
      { url: 'http://h/', events: ['enrollment_successful'], username: 'x' },
      'organizations[0].avibra.webhook must have both a username and a password, or neither',
    ],
    [
      'organizations.0.avibra.webhook',
      { url: 'http://u:hunter2@h/', events: ['enrollment_successful'] },
      'organizations[0].avibra.webhook.url must not hold a user name or a password',
    ],
    [
      'organizations.0.webhooks',
      [{ ...WEBHOOK, name: 'the crm' }],
      'organizations[0].webhooks[0].name must be a name of letters, digits, dots, dashes and underscores of 1 to 64 characters',
    ],
    [
      'organizations.0.webhooks',
      [WEBHOOK, WEBHOOK],
      'organizations[0].webhooks[1].name must differ from organizations[0].webhooks[0].name',
    ],
    [
      'organizations.0.webhooks',
      [{ ...WEBHOOK, url: 'ftp://crm.test/' }],
      'organizations[0].webhooks[0].url must be an absolute http or https address of 1 to 2000 characters',
    ],
    [
      'organizations.0.webhooks',
      [{ ...WEBHOOK, url: 'https://[fe80::1%25eth0]/' }],
      'organizations[0].webhooks[0].url must be an absolute http or https address',
    ],
    [
      'organizations.0.webhooks',
      [{ ...WEBHOOK, url: 'https://:hunter2@crm.test/' }],
      'organizations[0].webhooks[0].url must not hold a user name or a password',
    ],
    [
      'organizations.0.webhooks',
      [{ ...WEBHOOK, events: [] }],
      'organizations[0].webhooks[0].events must be a list of at least 1',
    ],
    [
      'organizations.0.webhooks',
      [{ ...WEBHOOK, events: ['*', 'user.deleted'] }],
      'organizations[0].webhooks[0].events must be "*" alone, or a list of events',
    ],
    [
      'organizations.0.webhooks',
      [{ ...WEBHOOK, secret: 'hunter2' }],
      `organizations[0].webhooks[0].secret must be whsec_ and bytes in base64, ${CHARACTERS}`,
    ],
    [
      'organizations.0.webhooks',
      [{ ...WEBHOOK, secret: signingSecret(23) }],
      'organizations[0].webhooks[0].secret must be whsec_ and 24 to 64 bytes in base64',
    ],
    [
      'organizations.0.webhooks',
      [{ ...WEBHOOK, secret: { env: 'LONG' } }],
      'organizations[0].webhooks[0].secret must be whsec_ and 24 to 64 bytes in base64',
    ],
    [
      'organizations.0.webhooks',
      [{ ...WEBHOOK, secret: { env: 'SPACED' } }],
      `organizations[0].webhooks[0].secret must be whsec_ and bytes in base64, ${CHARACTERS}, which the variable SPACED does not hold`,
    ],
  ])('%s = %j', (path, value, sentence) => {
    const env = { SPACED: 'a b', LONG: signingSecret(65) };
    expect(() => parse(changed(path, value), env)).toThrow(new ConfigError(`setup.json: ${sentence}`));
  });
});
