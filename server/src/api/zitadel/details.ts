import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Timestamp, timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { DetailsSchema, ListDetailsSchema } from '@zitadel/proto/zitadel/object/v2/object_pb';
import type { Outcome } from '../../app/submission.ts';
import type { User } from '../../core/user/user.ts';

type Details = MessageInitShape<typeof DetailsSchema>;

/** Details of a write: its last event, or the record as it stands when nothing changed. The creation date is not shown. */
export function writeDetails(outcome: Outcome): Details {
  const { user, events } = outcome;
  return {
    sequence: BigInt(events.at(-1)?.sequence ?? user.version),
    changeDate: writtenAt(outcome),
    resourceOwner: user.organizationId,
  };
}

/** When the last event of a write happened, or the record last changed when nothing did. */
export function writtenAt({ user, events }: Outcome): Timestamp {
  return timestampFromMs(events.at(-1)?.at ?? user.changedAt);
}

/**
 * Details of a list, which is never behind what it shows.
 *
 * @param sequence of the last event it rests on
 * @param now epoch milliseconds
 */
export function listDetails(total: number, sequence: number, now: number): MessageInitShape<typeof ListDetailsSchema> {
  return { totalResult: BigInt(total), processedSequence: BigInt(sequence), timestamp: timestampFromMs(now) };
}

/** Details of a read: the last event that readers see, which may be older than the record's last event. */
export function readDetails(user: User): Details {
  return {
    sequence: BigInt(user.version),
    changeDate: timestampFromMs(user.changedAt),
    creationDate: timestampFromMs(user.createdAt),
    resourceOwner: user.organizationId,
  };
}
