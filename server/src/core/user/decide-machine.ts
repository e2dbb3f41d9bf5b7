import { DomainError } from '../errors.ts';
import type { AddKey, AddToken, RemoveKey, RemoveToken, SetSecret } from './commands.ts';
import { type Decision, type Facts, oneChange } from './decision.ts';
import type { AccessToken, PublicKey, User } from './user.ts';

/** Keys and tokens that a user may have at once; those that have expired give way first. */
export const MAX_KEYS = 20;
export const MAX_TOKENS = 100;

export function decideAddKey({ id, publicKey, expiresAt }: AddKey, user: User, { now }: Facts): Decision {
  const { keys } = user.credentials;
  const added: PublicKey = { id, publicKey, createdAt: now, expiresAt };
  return oneChange('user.key_added', 'credentials.keys', keys, withOneMore(keys, added, MAX_KEYS, now));
}

export function decideRemoveKey({ id }: RemoveKey, user: User): Decision {
  const { keys } = user.credentials;
  const left = keys.filter((key) => key.id !== id);
  if (left.length === keys.length) throw new DomainError('key_not_found');
  return oneChange('user.key_removed', 'credentials.keys', keys, left);
}

export function decideAddToken({ id, digest, expiresAt }: AddToken, user: User, { now }: Facts): Decision {
  const { tokens } = user.credentials;
  const added: AccessToken = { id, digest, createdAt: now, expiresAt, source: 'api' };
  return oneChange('user.token_added', 'credentials.tokens', tokens, withOneMore(tokens, added, MAX_TOKENS, now));
}

/** Those of the setup file have no id: they leave with it. */
export function decideRemoveToken({ id }: RemoveToken, user: User): Decision {
  const { tokens } = user.credentials;
  const left = tokens.filter((token) => token.id !== id);
  if (left.length === tokens.length) throw new DomainError('token_not_found');
  return oneChange('user.token_removed', 'credentials.tokens', tokens, left);
}

export function decideSetSecret({ id, digest }: SetSecret, user: User, { now }: Facts): Decision {
  const { secret } = user.credentials;
  return oneChange('user.secret_set', 'credentials.secret', secret, { id, digest, createdAt: now });
}

export function decideRemoveSecret({ credentials }: User): Decision {
  if (credentials.secret === null) throw new DomainError('secret_unset');
  return oneChange('user.secret_removed', 'credentials.secret', credentials.secret, null);
}

function withOneMore<T extends { readonly expiresAt: number | null }>(
  current: readonly T[],
  added: T,
  most: number,
  now: number,
): T[] {
  const isLive = ({ expiresAt }: T): boolean => expiresAt === null || now < expiresAt;
  if (!isLive(added)) throw new DomainError('expiration_invalid');
  const live = current.filter(isLive);
  if (live.length >= most) throw new DomainError('credentials_full');
  return [...live, added];
}
