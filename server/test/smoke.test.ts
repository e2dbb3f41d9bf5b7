import { expect, it } from 'vitest';
import { ACME, ROOT } from './support/setup.ts';
import { startTessera } from './support/tessera.ts';
it('starts', async () => {
  const t = await startTessera();
  expect((await t.send('GET', '/readyz')).status).toBe(200);
  const root = await t.user(ROOT.id);
  expect(root.membership.roles).toEqual(['IAM_OWNER']);
  const events = await t.events(ACME.viewer.id);
  expect(events.map((e) => e.type)).toEqual(['user.created']);
  await t.restart();
  expect((await t.events(ACME.viewer.id)).length).toBe(1);
  await t.stop();
});
