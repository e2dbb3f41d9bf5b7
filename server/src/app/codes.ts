import type { NewCode } from '../core/user/commands.ts';
import type { Clock } from './ports/clock.ts';
import type { CodePurpose, Random, Secrets } from './ports/secrets.ts';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

/** In milliseconds. */
const LIFETIMES: Readonly<Record<CodePurpose, number>> = {
  email: HOUR,
  phone: HOUR,
  password: HOUR,
  invite: 72 * HOUR,
  passkey: HOUR,
  sign_in: 5 * MINUTE,
};

/** Digits of a code that signs in. */
const SIGN_IN_DIGITS = 6;

export interface IssuedCode {
  /** For the caller, when it is to be returned; the record keeps its digest only. */
  readonly plain: string;
  readonly code: NewCode;
}

/** Makes one-time codes and the digests they are compared by. */
export class Codes {
  readonly #secrets: Pick<Secrets, 'seal' | 'codeDigest'>;
  readonly #random: Pick<Random, 'code' | 'linkCode' | 'digits'>;
  readonly #clock: Clock;

  constructor(
    secrets: Pick<Secrets, 'seal' | 'codeDigest'>,
    random: Pick<Random, 'code' | 'linkCode' | 'digits'>,
    clock: Clock,
  ) {
    this.#secrets = secrets;
    this.#random = random;
    this.#clock = clock;
  }

  /** A code that a message will bring to the user. */
  toSend(userId: string, purpose: CodePurpose, urlTemplate: string | null): NewCode {
    const plain = this.#plain(purpose);
    return {
      ...this.#record(userId, purpose, plain),
      delivery: { sealedCode: this.#secrets.seal(plain), urlTemplate },
    };
  }

  /**
   * A code that nobody types: a message will bring it in a link.
   *
   * @param lifetime in milliseconds
   * @param tokenOf what the link is to carry instead of the bare code
   */
  toSendInLink(
    userId: string,
    purpose: CodePurpose,
    urlTemplate: string,
    lifetime: number,
    tokenOf: (code: string) => string = itself,
  ): NewCode {
    const plain = this.#random.linkCode();
    return {
      ...this.#record(userId, purpose, plain, lifetime),
      delivery: { sealedCode: this.#secrets.seal(tokenOf(plain)), urlTemplate },
    };
  }

  /** A code that the caller gets in the answer; nothing is sent. */
  toReturn(userId: string, purpose: CodePurpose): IssuedCode {
    const plain = this.#plain(purpose);
    return { plain, code: { ...this.#record(userId, purpose, plain), delivery: null } };
  }

  digest(userId: string, purpose: CodePurpose, code: string): string {
    return this.#secrets.codeDigest(userId, purpose, code);
  }

  /** Nobody types the one that registers a passkey. */
  #plain(purpose: CodePurpose): string {
    if (purpose === 'sign_in') return this.#random.digits(SIGN_IN_DIGITS);
    return purpose === 'passkey' ? this.#random.linkCode() : this.#random.code();
  }

  #record(userId: string, purpose: CodePurpose, plain: string, lifetime: number = LIFETIMES[purpose]) {
    return { digest: this.digest(userId, purpose, plain), expiresAt: this.#clock() + lifetime };
  }
}

function itself(code: string): string {
  return code;
}
