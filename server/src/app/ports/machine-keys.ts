export interface MachineKeyPair {
  /** PEM (SubjectPublicKeyInfo). */
  readonly publicKey: string;
  /** PEM (PKCS #1). */
  readonly privateKey: string;
}

/** The RSA keys by which machines prove who they are. */
export interface MachineKeys {
  /** @throws DomainError `overloaded` when too many are being made */
  generate(): Promise<MachineKeyPair>;
  /**
   * A public key that somebody made, in PEM, in the one form in which keys are kept.
   *
   * @throws DomainError `public_key_invalid` for anything but an RSA key of 2048 to 4096 bits with an exponent in use
   */
  read(pem: Uint8Array): string;
}
