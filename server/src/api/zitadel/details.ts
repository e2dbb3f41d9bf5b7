import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { DetailsSchema } from '@zitadel/proto/zitadel/object/v2/object_pb';
import type { Outcome } from '../../app/submission.ts';
import type { User } from '../../core/user/user.ts';

type Details = MessageInitShape<typeof DetailsSchema>;

/** Details of a write: its last event, or the record as it stands when nothing changed. The creation date is not shown. */
export function writeDetails({ user, events }: Outcome): Details {
  const last = events.at(-1);
  return {
    sequence: BigInt(last?.sequence ?? user.version),
    changeDate: timestampFromMs(last?.at ?? user.changedAt),
    resourceOwner: user.organizationId,
  };
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
