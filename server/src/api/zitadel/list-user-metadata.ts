import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MetadataSearchFilter } from '@zitadel/proto/zitadel/metadata/v2/metadata_pb';
import type { User } from '../../core/user/user.ts';
import { etag } from '../shared/conditional.ts';
import type { HandlerOf, ZitadelServices } from './method.ts';
import { encodeJson } from './protocol/encode.ts';
import { STATUS_CODES } from './protocol/status.ts';
import { ListUserMetadataResponseSchema } from './protocol/user-service.ts';
import { SECTION } from './section.ts';
import { StatusError } from './status-error.ts';
import { textMatcher } from './text-match.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

type Matches = (key: string) => boolean;

/** The metadata of one user, ordered by key. */
export function listUserMetadata({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'listUserMetadata'> {
  return async ({ caller, message }) => {
    const { userId, pagination, filters } = message;
    const limit = pagination?.limit || DEFAULT_LIMIT;
    if (limit > MAX_LIMIT) {
      const text = `a list has at most ${MAX_LIMIT} entries`;
      throw new StatusError({ code: STATUS_CODES.invalidArgument, message: text });
    }
    const user = await users.read(caller, { id: userId, section: SECTION });
    const matches = filters.map(matcherOf);
    const keys = Object.keys(user.extra.metadata).filter((key) => matches.every((match) => match(key)));
    keys.sort(byCodePoints);
    if (!pagination?.asc) keys.reverse();
    const offset = Number(pagination?.offset ?? 0n);
    const response = create(ListUserMetadataResponseSchema, {
      pagination: { totalResult: BigInt(keys.length), appliedLimit: BigInt(limit) },
      metadata: keys.slice(offset, offset + limit).map((key) => entryOf(user, key)),
    });
    return { json: encodeJson(ListUserMetadataResponseSchema, response), etag: etag(user.version), replayed: false };
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

function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
