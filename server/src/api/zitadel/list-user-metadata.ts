import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MetadataSearchFilter } from '@zitadel/proto/zitadel/metadata/v2/metadata_pb';
import type { User } from '../../core/user/user.ts';
import { etag } from '../shared/conditional.ts';
import { type HandlerOf, readResult, type ZitadelServices } from './method.ts';
import { pageOf } from './page.ts';
import { ListUserMetadataResponseSchema } from './protocol/user-service.ts';
import { SECTION } from './section.ts';
import { byCodePoints, textMatcher } from './text-match.ts';

type Matches = (key: string) => boolean;

/** The metadata of one user, ordered by key. */
export function listUserMetadata({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'listUserMetadata'> {
  return async ({ caller, message }) => {
    const { userId, pagination, filters } = message;
    const { offset, limit, direction } = pageOf(pagination);
    const user = await users.read(caller, { id: userId, section: SECTION });
    const matches = filters.map(matcherOf);
    const keys = Object.keys(user.extra.metadata).filter((key) => matches.every((match) => match(key)));
    keys.sort(byCodePoints);
    if (direction === 'desc') keys.reverse();
    const response = {
      pagination: { totalResult: BigInt(keys.length), appliedLimit: BigInt(limit) },
      metadata: keys.slice(offset, offset + limit).map((key) => entryOf(user, key)),
    };
    return readResult(ListUserMetadataResponseSchema, response, etag(user.version));
  };
}

/** Entries from before their times were kept are as old as the record. */
function entryOf(user: User, key: string) {
  const { metadata, metadataTimes } = user.extra;
  const [createdAt, changedAt] = (Object.hasOwn(metadataTimes, key) ? metadataTimes[key] : undefined) ?? [
    user.createdAt,
    user.changedAt,
  ];
  return {
    key,
    value: Buffer.from(metadata[key] ?? '', 'base64'),
    creationDate: timestampFromMs(createdAt),
    changeDate: timestampFromMs(changedAt),
  };
}

function matcherOf({ filter }: MetadataSearchFilter): Matches {
  return filter.case === undefined ? () => true : textMatcher(filter.value.key, filter.value.method);
}
