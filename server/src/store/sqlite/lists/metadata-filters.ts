import type { UserFilter } from '../../../app/ports/user-list.ts';
import { needsEntries } from '../../search/metadata.ts';

/** Whether it takes a look at metadata to tell who meets the filter. */
export function asksForMetadata(filter: UserFilter): boolean {
  return partsOf(filter)?.some(asksForMetadata) ?? filter.type === 'metadata';
}

/** Whether a look at all metadata of a user tells all. */
export function asksForMetadataOnly(filter: UserFilter): boolean {
  if (filter.type === 'metadata') return !needsEntries(filter);
  return partsOf(filter)?.every(asksForMetadataOnly) ?? false;
}

/** Whether those meet a filter on metadata only who have none: nobody of them has an entry that meets anything. */
export function isMetWithoutMetadata(filter: UserFilter): boolean {
  switch (filter.type) {
    case 'and':
      return filter.filters.every(isMetWithoutMetadata);
    case 'or':
      return filter.filters.some(isMetWithoutMetadata);
    case 'not':
      return !isMetWithoutMetadata(filter.filter);
    default:
      return false;
  }
}

function partsOf(filter: UserFilter): readonly UserFilter[] | null {
  switch (filter.type) {
    case 'and':
    case 'or':
      return filter.filters;
    case 'not':
      return [filter.filter];
    default:
      return null;
  }
}
