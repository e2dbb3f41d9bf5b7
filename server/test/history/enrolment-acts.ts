import { BENEFITS, type Client, CREATE, clientOf, fresh, OFFERS, PREFILL } from '../dialects/avibra/support.ts';
import type { Tessera, TestResponse } from '../support/tessera.ts';

/** What a partner does about its users, in an order in which each act finds something to do. */
export const ENROLMENT_ACTS = ['prefill', 'give', 'choose', 'upgrade', 'downgrade', 'benefits', 'cancel'] as const;
export type EnrolmentAct = (typeof ENROLMENT_ACTS)[number];

/** Plays what only Avibra's API knows, as Acme's client. */
export class PartnerClient {
  readonly #tessera: Tessera;
  #client: Promise<Client> | null = null;

  constructor(tessera: Tessera) {
    this.#tessera = tessera;
  }

  async play(act: EnrolmentAct, userid: string): Promise<TestResponse[]> {
    this.#client ??= clientOf(this.#tessera);
    const client = await this.#client;
    const about = { userid, partnername: 'acme' };
    switch (act) {
      case 'prefill':
        return prefill(client);
      case 'give':
      case 'downgrade':
        return [await client.post(OFFERS, { ...about, offername: 'basic' })];
      case 'upgrade':
        return [await client.post(OFFERS, { ...about, offername: 'plus' })];
      case 'choose':
        return [await client.post(OFFERS, { ...about, benefits: ['dental'] }, { version: 'v1' })];
      case 'benefits':
        return [await client.post(BENEFITS, about)];
      case 'cancel':
        return [await client.post(`/user/account/cancel/${userid}`, undefined)];
    }
  }
}

/** Of somebody new, again, under a key that is taken, and what it was for. */
async function prefill(client: Client): Promise<TestResponse[]> {
  const info = client.userInfo();
  const key = { 'idempotency-key': fresh() };
  const answers = [await client.post(PREFILL, info), await client.post(PREFILL, { ...info, lastname: 'Later' }, key)];
  return [...answers, await client.post(PREFILL, client.userInfo(), key), await client.post(CREATE, info)];
}
