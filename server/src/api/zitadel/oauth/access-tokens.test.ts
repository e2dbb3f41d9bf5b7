import { expect, it } from 'vitest';
import { memoryStore } from '../../../../test/support/world.ts';
import { createSecrets } from '../../../crypto/secrets.ts';
import { AccessTokens } from './access-tokens.ts';
import { SigningKeys } from './signing-keys.ts';

const NOW = Date.UTC(2026, 0, 15);
const HOUR = 60 * 60 * 1000;
const secrets = createSecrets(Buffer.alloc(32, 7));

/** Processes on one database, each with a clock of its own. */
function processes(...clocks: readonly { now: number }[]) {
  const store = memoryStore();
  return clocks.map((time) => {
    const clock = () => time.now;
    const random = { hex: () => '0'.repeat(32) };
    const keys = new SigningKeys({ store, secrets, clock });
    return new AccessTokens({ keys, secrets, random, clock, publicUrl: () => 'https://tessera.test' });
  });
}

it.each(['jwt', 'opaque'] as const)(
  'a token (%s) is good at once where the clock is behind, and ends on time',
  async (type) => {
    const [ours, theirs] = [{ now: NOW }, { now: NOW - 20_000 }];
    const [one, two] = processes(ours, theirs);
    const issued = await one?.issue('machine', type, { kind: 'secret', id: '1', expiresAt: null });
    const read = () => two?.read(issued?.token ?? '');
    expect(await read()).toMatchObject({ userId: 'machine', issuedAt: NOW });
    theirs.now = NOW + HOUR - 1;
    expect(await read()).toMatchObject({ userId: 'machine' });
    theirs.now = NOW + HOUR;
    expect(await read()).toBeNull();
    // Also by a process that has not seen it before.
    const [, late] = processes(ours, { now: NOW + HOUR + 1_000 });
    expect(await late?.read(issued?.token ?? '')).toBeNull();
  },
);
