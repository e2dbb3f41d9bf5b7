/** What the instance key is used for. */
export interface Secrets {
  /** For tokens that Tessera signs itself (HS256). */
  readonly signingKey: Uint8Array;
  /** Authenticated encryption; base64url. */
  seal(plain: string): string;
  /** @throws when the text was not sealed under this key */
  open(sealed: string): string;
  /** Keyed digest of a one-time code, bound to its user and purpose. */
  codeDigest(userId: string, purpose: CodePurpose, code: string): string;
  /** Keyed digest of a secret that is only ever compared, such as a client secret. */
  secretDigest(purpose: string, secret: string): string;
  /** Digest under which a personal access token is stored and looked up. */
  tokenDigest(token: string): string;
  /** Tells whether a database was made under this key. */
  readonly keyCheck: string;
}

export type CodePurpose = 'email' | 'phone' | 'password' | 'invite' | 'passkey' | 'sign_in';

/** Randomness. */
export interface Random {
  /** A one-time code: six characters of `A-Z0-9`. */
  code(): string;
  /** A one-time code that stands in a link only: twelve characters of `A-Za-z0-9`. */
  linkCode(): string;
  /** So many decimal digits. */
  digits(length: number): string;
  /** Bytes of randomness as hexadecimal text. */
  hex(bytes: number): string;
}
