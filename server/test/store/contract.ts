import { describe } from 'vitest';
import { describeApplication } from './application.ts';
import { describeClaims } from './claims.ts';
import { describeConfiguration } from './configuration.ts';
import { freshStore, type TestDatabase } from './fresh-store.ts';
import { describeQueues } from './queues.ts';
import { describeRecords } from './records.ts';
import { describeReplay } from './replay.ts';
import { describeShortLived } from './short-lived.ts';

/** What every engine keeps. */
export function describeStore(engine: string, create: () => Promise<TestDatabase>): void {
  describe(`a store on ${engine}`, () => {
    const given = freshStore(create);
    describeRecords(given);
    describeClaims(given);
    describeShortLived(given);
    describeQueues(given);
    describeReplay(given);
    describeConfiguration(given);
    describeApplication(given);
  });
}
