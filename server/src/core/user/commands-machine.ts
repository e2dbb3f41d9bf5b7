/** Times are given by the decision. */
export interface AddKey {
  readonly type: 'add-key';
  readonly id: string;
  /** PEM (SubjectPublicKeyInfo). */
  readonly publicKey: string;
  readonly expiresAt: number;
}

export interface RemoveKey {
  readonly type: 'remove-key';
  readonly id: string;
}

/** A new personal access token. */
export interface AddToken {
  readonly type: 'add-token';
  readonly id: string;
  readonly digest: string;
  readonly expiresAt: number;
}

export interface RemoveToken {
  readonly type: 'remove-token';
  readonly id: string;
}

/** A new client secret, in the place of the one before. */
export interface SetSecret {
  readonly type: 'set-secret';
  readonly id: string;
  readonly digest: string;
}

export interface RemoveSecret {
  readonly type: 'remove-secret';
}
