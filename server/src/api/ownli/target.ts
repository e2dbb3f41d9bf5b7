import type { TargetRef } from '../../app/submission.ts';

/** A person of the caller's own organization; whatever else has the id or the claim is a missing user. */
export function userOf(organizationId: string, key: { readonly id: string } | { readonly claim: string }): TargetRef {
  return { ...key, organizationId, kind: 'human', section: 'ownli' };
}
