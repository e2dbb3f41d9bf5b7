import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { storeUnavailable } from '../../../app/executor.ts';
import type { Clock } from '../../../app/ports/clock.ts';
import type { Secrets } from '../../../app/ports/secrets.ts';
import { type Store, StoreUnavailable } from '../../../app/ports/store.ts';

export const SIGNATURE = 'RS256';
const BITS = 2048;

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
/** How long a key signs, and how long before that it is published, so that whoever keeps the list knows it in time. */
const SIGNS_FOR = 30 * DAY;
const PUBLISHED_BEFORE = DAY;
/** Longer than any token lives, so that a key is published until the last token it signed has expired. */
const PUBLISHED_AFTER = DAY;

/** Name of the setting that holds the keys, private halves sealed. */
const SETTING = 'signing keys';
/** Milliseconds that the keys are believed to be those of the database, and when one is asked for that is not there. */
const FRESH = 60_000;
const FRESH_FOR_UNKNOWN = 1_000;
/** How often a rotation is tried when other processes are faster. */
const ATTEMPTS = 5;

/** A key as stored. Times are epoch milliseconds. */
interface StoredKey {
  readonly publicKey: JWK & { readonly kid: string };
  /** The private JWK, encrypted under the instance key. */
  readonly sealed: string;
  readonly signsFrom: number;
  readonly signsUntil: number;
}

interface Loaded {
  readonly keys: readonly StoredKey[];
  readonly at: number;
}

export interface Signer {
  readonly kid: string;
  readonly key: CryptoKey;
}

export interface SigningKeysOptions {
  readonly store: Pick<Store, 'setting' | 'replaceSetting'>;
  readonly secrets: Pick<Secrets, 'seal' | 'open'>;
  readonly clock: Clock;
}

/**
 * The keys that access tokens are signed with, in the database, for all processes. Whoever finds that the next one is
 * due makes it; of several, one wins and the others take its key.
 */
export class SigningKeys {
  readonly #options: SigningKeysOptions;
  #loaded: Loaded | null = null;
  #loading: Promise<Loaded> | null = null;
  readonly #private = new Map<string, Promise<CryptoKey>>();
  readonly #public = new Map<string, Promise<CryptoKey>>();

  constructor(options: SigningKeysOptions) {
    this.#options = options;
  }

  /** @throws DomainError `store_unavailable` */
  async signer(): Promise<Signer> {
    const { keys } = await this.#fresh(FRESH);
    const current = signerOf(keys, this.#options.clock());
    if (current === undefined) throw new Error('there is no key to sign with');
    const { kid } = current.publicKey;
    const key = await imported(this.#private, kid, () => JSON.parse(this.#options.secrets.open(current.sealed)) as JWK);
    return { kid, key };
  }

  /** The public key of that id; `null` when no token can be signed by it any more. @throws DomainError */
  async verifier(kid: string): Promise<CryptoKey | null> {
    const find = ({ keys }: Loaded) => this.#published(keys).find(({ publicKey }) => publicKey.kid === kid);
    const found = find(await this.#fresh(FRESH)) ?? find(await this.#fresh(FRESH_FOR_UNKNOWN));
    return found === undefined ? null : imported(this.#public, kid, () => found.publicKey);
  }

  /** The public keys, also the one that will sign next. @throws DomainError */
  async published(): Promise<JWK[]> {
    const { keys } = await this.#fresh(FRESH);
    return this.#published(keys).map(({ publicKey }) => publicKey);
  }

  #published(keys: readonly StoredKey[]): readonly StoredKey[] {
    const now = this.#options.clock();
    return keys.filter(({ signsUntil }) => now < signsUntil + PUBLISHED_AFTER);
  }

  async #fresh(age: number): Promise<Loaded> {
    const now = this.#options.clock();
    const loaded = this.#loaded;
    if (loaded !== null && Math.abs(now - loaded.at) < age && !isDue(loaded.keys, now)) return loaded;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    try {
      return await this.#loading;
    } catch (error) {
      throw error instanceof StoreUnavailable ? storeUnavailable(error) : error;
    }
  }

  async #load(): Promise<Loaded> {
    const { store, clock } = this.#options;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const now = clock();
      const stored = await store.setting(SETTING);
      const keys = stored === null ? [] : (JSON.parse(stored) as StoredKey[]);
      if (!isDue(keys, now)) return this.#keep(keys, now);
      const next = [...this.#published(keys), await this.#make(keys, now)];
      if (await store.replaceSetting(SETTING, stored, JSON.stringify(next))) return this.#keep(next, now);
    }
    throw new StoreUnavailable('the signing keys do not come to rest', null);
  }

  #keep(keys: readonly StoredKey[], at: number): Loaded {
    const known = new Set(keys.map(({ publicKey }) => publicKey.kid));
    for (const kid of this.#private.keys()) if (!known.has(kid)) this.#private.delete(kid);
    for (const kid of this.#public.keys()) if (!known.has(kid)) this.#public.delete(kid);
    this.#loaded = { keys, at };
    return this.#loaded;
  }

  /** It follows the last one without a gap. */
  async #make(keys: readonly StoredKey[], now: number): Promise<StoredKey> {
    const pair = await generateKeyPair(SIGNATURE, { modulusLength: BITS, extractable: true });
    const { kty, n, e } = await exportJWK(pair.publicKey);
    const publicJwk = { kty, n, e } as JWK;
    const kid = await calculateJwkThumbprint(publicJwk);
    const signsFrom = Math.max(now, ...keys.map(({ signsUntil }) => signsUntil));
    return {
      publicKey: { ...publicJwk, kid, alg: SIGNATURE, use: 'sig' },
      sealed: this.#options.secrets.seal(JSON.stringify(await exportJWK(pair.privateKey))),
      signsFrom,
      signsUntil: signsFrom + SIGNS_FOR,
    };
  }
}

/** The oldest one that has not ended; clocks of processes differ, so it may be yet to begin. */
function signerOf(keys: readonly StoredKey[], now: number): StoredKey | undefined {
  return keys
    .filter(({ signsUntil }) => now < signsUntil)
    .sort((left, right) => left.signsFrom - right.signsFrom)
    .at(0);
}

function isDue(keys: readonly StoredKey[], now: number): boolean {
  return !keys.some(({ signsUntil }) => now < signsUntil - PUBLISHED_BEFORE);
}

/** Imported once; a key that fails to be is tried again. */
function imported(known: Map<string, Promise<CryptoKey>>, kid: string, jwk: () => JWK): Promise<CryptoKey> {
  let key = known.get(kid);
  if (key === undefined) {
    key = importKey(jwk());
    known.set(kid, key);
    key.catch(() => known.delete(kid));
  }
  return key;
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, SIGNATURE);
  if (key instanceof Uint8Array) throw new TypeError('a signing key is not a key pair');
  return key;
}
