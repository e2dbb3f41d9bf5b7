import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testSetup } from '../support/setup.ts';
import { type DeliveriesLoopReport, deliveriesLoop } from './deliveries-loop.ts';
import { Receivers } from './receivers.ts';
import { randomFrom } from './spawn.ts';

export interface DeliveryFaults {
  /** The program, with the arguments that come before those of its place. */
  readonly program: readonly string[];
  /** URL of an empty PostgreSQL, for several processes; a file for one process unless given. */
  readonly database?: string;
  readonly rounds: number;
  readonly seed: number;
  readonly log?: (line: string) => void;
}

/** The loop of faults around deliveries, with receivers of its own. */
export async function deliveryFaults({
  program,
  database,
  seed,
  ...options
}: DeliveryFaults): Promise<DeliveriesLoopReport> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-deliveries-'));
  const url = database ?? `sqlite:${join(folder, 'tessera.db')}`;
  const random = randomFrom(seed);
  const receivers = new Receivers(url, random);
  const webhooks = await receivers.start();
  const setup = join(folder, 'setup.json');
  writeFileSync(setup, JSON.stringify(testSetup(({ organizations }) => Object.assign(organizations[0], { webhooks }))));
  try {
    return await deliveriesLoop({
      ...options,
      random,
      receivers,
      database: url,
      processes: database === undefined ? 1 : 2,
      command: (place) => [
        ...program,
        ...['--port', '0', '--data', join(folder, `${place}`), '--setup', setup, '--database', url],
      ],
      env: { TESSERA_KEY: randomBytes(32).toString('base64'), TESSERA_DATABASE_POOL_SIZE: '4' },
    });
  } finally {
    await receivers.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
