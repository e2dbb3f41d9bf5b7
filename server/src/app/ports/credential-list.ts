/** What machines prove themselves with: the public half of a key, or a personal access token. */
export type CredentialKind = 'key' | 'token';

/** One of them as lists show it. Times are epoch milliseconds. */
export interface ListedCredential {
  readonly id: string;
  readonly userId: string;
  readonly organizationId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Both ends included; an end that is absent is open. */
export interface TimeRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** What all of a list must meet; what is absent is met by all. */
export interface CredentialFilter {
  readonly id?: string | undefined;
  readonly userId?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly created?: TimeRange | undefined;
  readonly expires?: TimeRange | undefined;
}

/** Ties are in the order of the ids, in the same direction. */
export interface CredentialSort {
  readonly by: keyof ListedCredential;
  readonly direction: 'asc' | 'desc';
}

/** Those of the setup file are not listed; expired ones are, until others take their place. */
export interface CredentialQuery {
  readonly kind: CredentialKind;
  /** Organizations whose users' credentials may be seen. */
  readonly organizations: readonly string[] | 'all';
  /** A user whose own may be seen besides: the caller. */
  readonly self?: string | undefined;
  readonly filter: CredentialFilter;
  readonly sort: CredentialSort;
  /** Whole, from 0. */
  readonly offset: number;
  readonly limit: number;
}

export interface CredentialPage {
  readonly credentials: readonly ListedCredential[];
  /** How many meet the query, whatever page is shown. */
  readonly total: number;
}
