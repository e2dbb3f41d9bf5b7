import { afterAll, beforeAll, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

it('given a user who holds more than the partner, when its e-mail or phone is to change, then it is refused', async () => {
  const before = await t.events(ACME.viewer.id);
  for (const change of [{ email: 'taken-over@mail.test' }, { phone: '2015550199' }]) {
    const response = await client.update({ userid: ACME.viewer.id, firstname: 'Mallory', ...change });
    expect(response.status).toBe(403);
    expect(response.json).toEqual({ errorcode: 'forbidden', errormessage: 'This may not be changed.' });
  }
  expect(await t.events(ACME.viewer.id)).toEqual(before);
});
