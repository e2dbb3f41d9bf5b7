import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWebhooksOptions } from '../../src/config/webhooks-options.ts';
import { openWebhooks } from '../../src/server/webhooks.ts';
import { createThrough, dialectClients, somebody } from '../support/clients.ts';
import { freshDatabase } from '../support/engine.ts';
import { answering, type Received, type Receiver, startReceiver } from '../support/receiver.ts';
import { ACME, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';
import { runToEnd } from '../system/process.ts';

const CRM = `webhook:${ACME.id}:crm`;

let tessera: Tessera;
let receiver: Receiver;
let options: readonly string[];
let userId: string;
let since: string;

const told = ({ body }: Received): string => {
  const { type, data } = JSON.parse(body);
  return `${data.user.id} ${type} ${data.sequence}`;
};
/** Runs the command beside the server. */
const webhooks = (...args: readonly string[]) => runToEnd(['webhooks', ...args, ...options]);

async function listed() {
  const { code, stdout, stderr } = await webhooks('list', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as Record<string, unknown>[]).find((one) => one.receiver === CRM);
}

beforeAll(async () => {
  receiver = await startReceiver();
  const setup = testSetup(({ organizations }) => {
    organizations[0].webhooks = [
      {
        name: 'crm',
        url: receiver.url,
        secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
        events: ['user.created', 'user.profile_changed'],
        allowPrivateAddresses: true,
      },
    ];
  });
  tessera = await startTessera(setup, { senders: undefined });
  options = ['--data', tessera.dataDir, '--database', tessera.database];
  since = new Date(Date.now() - 1).toISOString();
  const clients = await dialectClients(tessera);
  ({ id: userId } = await createThrough(tessera, clients.ownli, somebody()));
  await createThrough(tessera, clients.ownli, somebody());
  await clients.ownli.update(userId, { givenName: 'Later' });
  // With those whom the setup file declares.
  await receiver.until((received) => received.length === 5);
});
afterAll(async () => {
  await tessera.stop();
  await receiver.close();
});

describe('tessera webhooks, beside a server', () => {
  it('shows every receiver, and what waits for it', async () => {
    const { code, stdout } = await webhooks('list');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${CRM} +0 +0 +- +ok +-$`, 'm'));
    expect(await listed()).toEqual({
      receiver: CRM,
      waiting: 0,
      dead: 0,
      oldest: null,
      state: 'ok',
      nextTry: null,
      disabledAt: null,
      lastAnswer: null,
    });
  });

  it('has events sent again, those of one user alone, in order', async () => {
    const before = receiver.received.length;
    const { code, stdout } = await webhooks('replay', '--receiver', CRM, '--since', since, '--user', userId);
    expect([code, stdout]).toEqual([0, `events that will be sent to ${CRM} again: 2\n`]);
    const received = await receiver.until(({ length }) => length === before + 2);
    expect(received.slice(before).map(told)).toEqual([`${userId} user.created 1`, `${userId} user.profile_changed 2`]);
  });

  it('has no events sent again that happen later, however long it takes', async () => {
    const { database } = readWebhooksOptions(['list', ...options], {});
    const opened = await openWebhooks(database, () => Date.parse(since));
    expect(await opened.replay({ receiver: CRM, since: 0, userId })).toBe(0);
    await opened.close();
  });

  it('opens a receiver that was gone, and has all sent that was given up, in its order', async () => {
    receiver.behave(answering(410));
    const { ownli } = await dialectClients(tessera);
    for (const givenName of ['A', 'B', 'C']) await ownli.update(userId, { givenName });
    await expect.poll(listed).toMatchObject({ state: 'gone', dead: 3, waiting: 0, lastAnswer: 'HTTP 410' });
    const refused = await webhooks('replay', '--receiver', CRM, '--since', since);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('said that it is gone') });

    receiver.behave(answering(204));
    const before = receiver.received.length;
    const { stdout } = await webhooks('retry', '--receiver', CRM);
    expect(stdout).toBe(`dead letters that will be sent to ${CRM}: 3\n`);
    const received = await receiver.until(({ length }) => length === before + 3);
    const names = received.slice(before).map(({ body }) => JSON.parse(body).data.changes['profile.givenName'].after);
    expect(names).toEqual(['A', 'B', 'C']);
    await expect.poll(listed).toMatchObject({ state: 'ok', dead: 0, waiting: 0 });
  });

  it.each([
    [['retry', '--receiver', 'who'], 'there is no receiver "who"'],
    [['replay', '--receiver', CRM, '--since', 'yesterday'], '--since must be a time such as 2026-01-15'],
    [['list', '--database', 'sqlite:/nowhere/t.db'], 'there is no database /nowhere/t.db'],
    [['list', '--database', 'postgres://u:hunter2@127.0.0.1:1/x'], 'cannot use the database'],
  ])('refuses %j in one sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await runToEnd(['webhooks', ...args.slice(0, 1), ...options, ...args.slice(1)]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^tessera: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('hunter2');
  });

  it('refuses a database without an instance', async () => {
    const empty = await freshDatabase(tessera.dataDir);
    const url = empty.url.startsWith('sqlite:') ? `${empty.url}.other` : empty.url;
    const { code, stderr } = await runToEnd(['webhooks', 'list', '--database', url]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/there is no database|is not of this version of Tessera/);
    if (url === empty.url) await empty.drop();
  });
});
