import { initial } from './001-initial.ts';
import { userSearch } from './002-user-search.ts';
import { userCredentials } from './003-user-credentials.ts';
import { shortLived } from './004-short-lived.ts';
import { referrersAndMachines } from './005-referrers-and-machines.ts';
import { deliveries } from './006-deliveries.ts';
import { phoneOrder } from './007-phone-order.ts';
import { stateAndKindOrder } from './008-state-and-kind-order.ts';
import { searchSignatures } from './009-search-signatures.ts';
import { metadataValues } from './010-metadata-values.ts';
import { metadataOfUsers } from './011-metadata-of-users.ts';
import type { Migration } from './migration.ts';

export type { ColumnTypes, Migration } from './migration.ts';

/** Applied in this order, each once; the number of a migration is its place, from 1. Never edit one that shipped. */
export const MIGRATIONS: readonly Migration[] = [
  initial,
  userSearch,
  userCredentials,
  shortLived,
  referrersAndMachines,
  deliveries,
  phoneOrder,
  stateAndKindOrder,
  searchSignatures,
  metadataValues,
  metadataOfUsers,
];
