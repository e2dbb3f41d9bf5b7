import type { BatchChanges, Wants } from '../../src/app/ports/store.ts';

export const NO_WANTS: Wants = {
  users: new Set(),
  callers: new Set(),
  claims: new Set(),
  answers: new Set(),
  deferred: new Map(),
};

export const NO_CHANGES: BatchChanges = {
  users: [],
  events: [],
  claimsRemoved: new Map(),
  claimsAdded: new Map(),
  answers: [],
  deliveries: [],
  deferred: [],
  settled: [],
};
