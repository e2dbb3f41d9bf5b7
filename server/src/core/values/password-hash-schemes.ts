/** The families of password hash an operator may accept from elsewhere. */
export const HASH_SCHEMES = [
  'bcrypt',
  'argon2',
  'scrypt',
  'pbkdf2',
  'sha2',
  'phpass',
  'md5',
  'md5plain',
  'md5salted',
  'drupal7',
] as const;

export type HashScheme = (typeof HASH_SCHEMES)[number];

/** What is accepted when the operator says nothing. */
export const DEFAULT_HASH_SCHEMES: readonly HashScheme[] = ['bcrypt', 'argon2'];

/** Salt and digest stay in the text encoding of their scheme; costs are numbers. */
export interface HashParams {
  readonly bcrypt: {
    readonly variant: '2a' | '2b' | '2y';
    /** Base-2 logarithm of the rounds. */
    readonly cost: number;
    readonly salt: string;
    readonly digest: string;
  };
  readonly argon2: {
    readonly variant: 'argon2i' | 'argon2id';
    readonly version: 16 | 19;
    /** KiB. */
    readonly memory: number;
    readonly passes: number;
    readonly lanes: number;
    readonly salt: string;
    readonly digest: string;
  };
  readonly scrypt: {
    /** `phc` has salt and digest in base64, `crypt` a salt taken literally and a digest in crypt's alphabet. */
    readonly encoding: 'phc' | 'crypt';
    readonly logN: number;
    readonly r: number;
    readonly p: number;
    readonly salt: string;
    readonly digest: string;
  };
  readonly pbkdf2: {
    readonly digestName: 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';
    readonly rounds: number;
    readonly salt: string;
    readonly digest: string;
  };
  readonly sha2: {
    readonly digestName: 'sha256' | 'sha512';
    readonly rounds: number;
    readonly salt: string;
    readonly digest: string;
  };
  readonly phpass: { readonly logRounds: number; readonly salt: string; readonly digest: string };
  readonly md5: { readonly salt: string; readonly digest: string };
  readonly md5plain: { readonly digest: string };
  readonly md5salted: { readonly position: 'prefix' | 'suffix'; readonly salt: string; readonly digest: string };
  readonly drupal7: { readonly logRounds: number; readonly salt: string; readonly digest: string };
}

export type PasswordHash = {
  readonly [S in HashScheme]: { readonly scheme: S; readonly params: HashParams[S] };
}[HashScheme];
