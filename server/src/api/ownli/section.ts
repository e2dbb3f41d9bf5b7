/** The settings of an organization that is an Ownli partner. The secret is a keyed digest. */
export interface PartnerSection {
  readonly partnerId: string;
  readonly clientId: string;
  readonly clientSecretDigest: string;
}

/** Purpose of the keyed digest. */
export const CLIENT_SECRET = 'ownli client secret';
