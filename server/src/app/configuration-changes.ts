import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../core/errors.ts';
import { Slots } from './slots.ts';

/** How often it is begun anew because another process changed the configuration, and the longest pause before that. */
const ATTEMPTS = 30;
const PAUSE = 20;

/** Makes changes of the configuration one by one: within a process nobody need lose the race for a revision. */
export class ConfigurationChanges {
  readonly #turns = new Slots(1);

  /**
   * @param attempt resolves with `null` when another process has changed the configuration meanwhile
   * @throws DomainError `overloaded` when others always do, and what the attempt throws
   */
  make<T>(attempt: () => Promise<T | null>): Promise<T> {
    return this.#turns.run(async () => {
      for (let n = 1; n <= ATTEMPTS; n += 1) {
        const made = await attempt();
        if (made !== null) return made;
        await sleep(Math.random() * PAUSE);
      }
      throw new DomainError('overloaded', { retryAfter: 1 });
    });
  }
}
