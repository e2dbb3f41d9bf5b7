import type { Directory } from '../core/organization.ts';
import type { User } from '../core/user/user.ts';
import type { TargetRef } from './submission.ts';

/** Whether a record found by id or claim is one the request can mean at all; if not, it is a missing one. */
export function fitsTarget(user: User, target: TargetRef, directory: Directory): boolean {
  if (target.organizationId !== undefined && user.organizationId !== target.organizationId) return false;
  if (target.kind !== undefined && user.kind !== target.kind) return false;
  if (target.section === undefined) return true;
  return directory.organization(user.organizationId)?.sections[target.section] !== undefined;
}
