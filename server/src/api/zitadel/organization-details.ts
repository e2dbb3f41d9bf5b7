import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { DetailsSchema } from '@zitadel/proto/zitadel/object/v2/object_pb';
import type { Organization } from '../../core/organization.ts';

type Details = MessageInitShape<typeof DetailsSchema>;

/** Details of a write, which shows no creation date. An organization belongs to itself. */
export function foundingDetails({ id, history }: Organization): Details {
  return {
    sequence: BigInt(history?.sequence ?? 0),
    ...(history && { changeDate: timestampFromMs(history.changedAt) }),
    resourceOwner: id,
  };
}

/** Details of a read. */
export function organizationDetails(organization: Organization): Details {
  const { history } = organization;
  return { ...foundingDetails(organization), ...(history && { creationDate: timestampFromMs(history.createdAt) }) };
}
