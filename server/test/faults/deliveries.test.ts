import { expect, it } from 'vitest';
import { engine } from '../support/engine.ts';
import { createDatabase } from '../support/postgres/database.ts';
import { deliveryFaults } from './deliveries.ts';

it('kill -9 with deliveries under way loses none of them, and changes no order', { timeout: 120_000 }, async () => {
  const program = ['server/bin/tessera.js', 'serve'];
  const given = engine() === 'postgres' ? await createDatabase() : undefined;
  const database = given === undefined ? {} : { database: given.url };
  const report = await deliveryFaults({ program, ...database, rounds: 2, seed: 5 });
  await given?.drop();
  expect(report.findings).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(20);
  expect(report.arrivals).toBeGreaterThan(5 * 20);
});
