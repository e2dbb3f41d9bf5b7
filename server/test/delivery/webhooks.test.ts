import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UserEvent } from '../../src/core/user/events.ts';
import {
  createThrough,
  DIALECT_NAMES,
  type DialectClient,
  type DialectName,
  dialectClients,
  somebody,
} from '../support/clients.ts';
import { answering, type Received, type Receiver, startReceiver } from '../support/receiver.ts';
import { ACME, type TestSetup, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const RECEIVER = `webhook:${ACME.id}:crm`;

let tessera: Tessera;
let clients: Record<DialectName, DialectClient>;
/** Subscribes to everything. */
let crm: Receiver;
/** Never answers anything, which must not trouble the others. */
let hanging: Receiver;
/** At an address that is not allowed. */
let forbidden: Receiver;
/** The partner's own endpoint. */
let partner: Receiver;

function setup(crmUrl = `${crm.url}/hook`): TestSetup {
  const shared = { events: ['*' as const], secret: SECRET };
  return testSetup(({ organizations: [acme] }) => {
    acme.webhooks = [
      { name: 'crm', url: crmUrl, allowPrivateAddresses: true, ...shared },
      { name: 'hanging', url: hanging.url, allowPrivateAddresses: true, ...shared },
      { name: 'forbidden', url: forbidden.url, ...shared },
    ];
    if (acme.avibra === undefined) return;
    acme.avibra.webhook = {
      url: partner.url,
      allowPrivateAddresses: true,
      events: ['enrollment_successful', 'offer_cancellation_successful'],
      username: 'hook',
      password: 'hook-secret',
    };
  });
}

beforeAll(async () => {
  [crm, hanging, forbidden, partner] = await Promise.all([
    startReceiver(),
    startReceiver(),
    startReceiver(),
    startReceiver(),
  ]);
  hanging.behave(() => {});
  tessera = await startTessera(setup(), { senders: undefined });
  clients = await dialectClients(tessera);
});
afterAll(async () => {
  await tessera?.stop();
  await Promise.all([crm, hanging, forbidden, partner].map((receiver) => receiver.close()));
});
beforeEach(() => crm.behave(answering(204)));

const eventOf = ({ body }: Received) => JSON.parse(body);
const about = (id: string) => (received: Received) => eventOf(received).data.user.id === id;
const sequences = (id: string) => crm.received.filter(about(id)).map((received) => eventOf(received).data.sequence);
/** Waits until the receiver was told of an event of a user, and gives all that it was told of that user. */
async function told(id: string, sequence: number): Promise<Received[]> {
  const holds = (received: readonly Received[]) =>
    received.some((one) => about(id)(one) && eventOf(one).data.sequence === sequence);
  return (await crm.until(holds)).filter(about(id));
}
const lastEvent = async (id: string): Promise<UserEvent> => {
  const event = (await tessera.events(id)).at(-1);
  if (event === undefined) throw new Error('nothing happened');
  return event;
};
const stateOf = async (receiver: string) => (await tessera.store.outbox.receivers()).find(({ id }) => id === receiver);

const create = async (through: DialectName = 'zitadel') =>
  (await createThrough(tessera, clients[through], somebody())).id;
const rename = async (id: string, nickName: string) => {
  const headers = { authorization: `Bearer ${ACME.adminPat}` };
  const body = { profile: { givenName: 'Minnie', familyName: 'Mouse', nickName } };
  const { status } = await tessera.send('PUT', `/v2/users/human/${id}`, { headers, body });
  expect(status).toBe(200);
};

describe('a change through any API', () => {
  it.each(DIALECT_NAMES)(
    '%s is told as it was recorded, signed, with values before and after, and whose it was',
    async (name) => {
      // Given
      const person = somebody();
      const { id } = await createThrough(tessera, clients.ownli, person);
      const email = `new.${person.email}`;
      // When
      const response = await clients[name].update(id, { email });
      expect(response.status).toBe(200);
      const { sequence } = await lastEvent(id);
      const received = await told(id, sequence);
      // Then
      const recorded = await tessera.events(id);
      const event = recorded.find(({ type }) => type === 'user.email_changed');
      const delivery = received.find((one) => eventOf(one).type === 'user.email_changed');
      const payload = new Webhook(SECRET).verify(delivery?.body ?? '', delivery?.headers as Record<string, string>);
      expect(payload).toMatchObject({
        type: 'user.email_changed',
        timestamp: new Date(event?.at ?? 0).toISOString(),
        data: {
          user: { id, organizationId: ACME.id, kind: 'human' },
          sequence: event?.sequence,
          changes: { 'email.value': { before: person.email, after: email } },
          origin: { ...event?.origin, dialect: name, requestId: response.headers.get('x-request-id') },
        },
      });
      expect(received.map((one) => eventOf(one).data.sequence)).toEqual(
        recorded.map((one) => one.sequence).filter((one) => sequences(id).includes(one)),
      );
      expect(delivery).toMatchObject({ method: 'POST', path: '/hook' });
    },
  );

  it('is told without anything secret', async () => {
    const { id, response } = await createThrough(tessera, clients.jframework, somebody());
    expect(response.status).toBe(201);
    await tessera.send('POST', `/v2/users/${id}/password`, {
      headers: { authorization: `Bearer ${ACME.adminPat}` },
      body: { newPassword: { password: 'Another-pass-1!' } },
    });
    const events = await tessera.events(id);
    const hash = (await tessera.user(id)).password.hash ?? 'none';
    const password = events.findLast(({ type }) => type === 'user.password_changed');
    const received = await told(id, password?.sequence ?? 0);
    const bodies = received.map(({ body }) => body).join('\n');
    expect(JSON.stringify(events)).toContain(hash);
    expect(bodies).not.toContain(hash);
    expect(bodies).not.toMatch(/digest|\.code"|\$2[aby]\$|\$argon2/);
  });
});

describe('a receiver that', () => {
  it('fails is sent the same again, under the same id, and the later events of that user wait', async () => {
    // Given
    const [id, other] = [await create(), await create()];
    await told(other, (await lastEvent(other)).sequence);
    await told(id, (await lastEvent(id)).sequence);
    const before = crm.received.length;
    let failures = 0;
    crm.behave((response, received) => {
      const fails = about(id)(received) && failures < 2;
      if (fails) failures += 1;
      response.writeHead(fails ? 500 : 204).end();
    });
    // When
    await rename(id, 'First');
    await rename(id, 'Second');
    await rename(other, 'Other');
    const { sequence } = await lastEvent(id);
    await told(id, sequence);
    // Then
    const tries = crm.received.slice(before).filter(about(id));
    expect(tries.map((one) => eventOf(one).data.sequence)).toEqual([
      sequence - 1,
      sequence - 1,
      sequence - 1,
      sequence,
    ]);
    expect(new Set(tries.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const { body, headers } of tries) new Webhook(SECRET).verify(body, headers as Record<string, string>);
    // The other user's event did not wait.
    const places = crm.received.slice(before);
    expect(places.findIndex(about(other))).toBeLessThan(places.indexOf(tries.at(-1) as Received));
  });

  it('answers slowly is sent everything once, in order', async () => {
    const id = await create();
    crm.behave((response) => setTimeout(() => response.writeHead(200).end(), 30));
    for (const name of ['A', 'B', 'C']) await rename(id, name);
    const { sequence } = await lastEvent(id);
    await told(id, sequence);
    expect(sequences(id)).toEqual([...new Set(sequences(id))].toSorted((a, b) => a - b));
    expect(sequences(id).slice(-3)).toEqual([sequence - 2, sequence - 1, sequence]);
  });

  it('redirects is tried again, and nobody else is asked', async () => {
    const elsewhere = await startReceiver();
    const id = await create();
    await told(id, (await lastEvent(id)).sequence);
    let redirected = 0;
    crm.behave((response) => {
      redirected += 1;
      response.writeHead(redirected === 1 ? 307 : 204, { location: elsewhere.url }).end();
    });
    await rename(id, 'Redirected');
    const { sequence } = await lastEvent(id);
    await vi.waitFor(() => expect(sequences(id).filter((one) => one === sequence)).toHaveLength(2), 10_000);
    expect(elsewhere.connections).toBe(0);
    await elsewhere.close();
  });

  it('dies and returns is told of everything that happened meanwhile, user by user in order', async () => {
    // Given
    const ids = [await create(), await create(), await create()];
    for (const id of ids) await told(id, (await lastEvent(id)).sequence);
    const { port, received } = crm;
    await crm.close();
    // When
    for (const name of ['A', 'B']) for (const id of ids) await rename(id, name);
    await vi.waitFor(async () => expect((await stateOf(RECEIVER))?.answer).toMatch(/^no answer/), 10_000);
    crm = await startReceiver(port);
    crm.received.push(...received);
    // Then
    for (const id of ids) {
      const { sequence } = await lastEvent(id);
      await told(id, sequence);
      expect(sequences(id).slice(-2)).toEqual([sequence - 1, sequence]);
    }
  });

  it('hangs has troubled nobody', async () => {
    expect(hanging.received.length).toBeGreaterThan(0);
    const id = await create();
    const { sequence } = await lastEvent(id);
    const begun = Date.now();
    await told(id, sequence);
    expect(Date.now() - begun).toBeLessThan(2_000);
  });

  it('is at a private address is not connected to, and its state says why', async () => {
    const receiver = `webhook:${ACME.id}:forbidden`;
    await vi.waitFor(async () => {
      const answer = 'refused: 127.0.0.1 is not a public address, and "allowPrivateAddresses" is not set';
      expect(await stateOf(receiver)).toMatchObject({ answer });
    }, 10_000);
    expect(forbidden.connections).toBe(0);
  });
});

describe("a partner's endpoint", () => {
  const aboutPerson = (id: string) => (received: Received) => JSON.parse(received.body).userid === id;

  it('is told of the events it chose, with its credentials, and again under the same key', async () => {
    // Given
    partner.behave((response) => response.writeHead(partner.received.length === 1 ? 503 : 200).end());
    // When
    const person = somebody();
    const userid = `ext-${person.phone.slice(1)}`;
    await createThrough(tessera, clients.avibra, person);
    await partner.until((received) => received.filter(aboutPerson(userid)).length === 2);
    // Then
    const [first, second] = partner.received.filter(aboutPerson(userid));
    expect(JSON.parse(first?.body ?? '')).toEqual({
      event: 'enrollment_successful',
      userid,
      partnername: 'acme',
      eventtime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(first?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('hook:hook-secret').toString('base64')}`,
      'idempotency-key': expect.stringMatching(/^[\w-]{32}$/),
    });
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(second?.body).toBe(first?.body);
  });

  it('is told nothing of users who are not enrolled with it', async () => {
    const id = await create('ownli');
    await told(id, (await lastEvent(id)).sequence);
    await vi.waitFor(async () => expect((await stateOf(`avibra:${ACME.id}`))?.waiting).toBe(0), 10_000);
    expect(partner.received.filter(({ body }) => body.includes(id))).toEqual([]);
  });
});

describe('a receiver that is gone', () => {
  it('is sent nothing until its address changes', async () => {
    // Given
    const id = await create();
    await told(id, (await lastEvent(id)).sequence);
    crm.behave(answering(410));
    await rename(id, 'Gone');
    await vi.waitFor(async () => expect((await stateOf(RECEIVER))?.disabledAt).toBeTypeOf('number'), 10_000);
    const before = crm.received.length;
    // When
    crm.behave(answering(204));
    await rename(id, 'Unheard');
    await vi.waitFor(async () => expect(await stateOf(RECEIVER)).toMatchObject({ waiting: 0, dead: 2 }), 10_000);
    expect(crm.received).toHaveLength(before);
    writeFileSync(join(tessera.dataDir, 'test-setup.json'), JSON.stringify(setup(`${crm.url}/new`)));
    await tessera.restart();
    await rename(id, 'Heard');
    const { sequence } = await lastEvent(id);
    const received = await told(id, sequence);
    // Then
    expect(received.at(-1)).toMatchObject({ path: '/new' });
    expect(sequences(id)).not.toContain(sequence - 1);
    await vi.waitFor(async () => expect((await stateOf(RECEIVER))?.disabledAt).toBeNull(), 10_000);
  });
});
