import type { CredentialKind } from '../../app/ports/credential-list.ts';
import type { User } from '../../core/user/user.ts';

/** A row of `user_credentials`, in the order of its columns. */
export type CredentialRow = readonly [
  userId: string,
  kind: CredentialKind,
  id: string,
  organizationId: string,
  createdAt: number,
  expiresAt: number,
];

/** The columns, and whether they hold numbers. */
export const CREDENTIAL_COLUMNS = {
  user_id: 'text',
  kind: 'text',
  id: 'text',
  organization_id: 'text',
  created_at: 'integer',
  expires_at: 'integer',
} as const;

/** The rows follow from the record alone. */
export function credentialRowsOf({ id: userId, organizationId, credentials }: User): CredentialRow[] {
  const rows: CredentialRow[] = [];
  for (const { id, createdAt, expiresAt } of credentials.keys) {
    rows.push([userId, 'key', id, organizationId, createdAt, expiresAt]);
  }
  for (const { id, createdAt, expiresAt } of credentials.tokens) {
    if (id !== undefined && expiresAt !== null) rows.push([userId, 'token', id, organizationId, createdAt, expiresAt]);
  }
  return rows;
}
