/** The settings of an organization that is an Ownli partner. The secret is a keyed digest. */
export interface PartnerSection {
  readonly partnerId: string;
  readonly clientId: string;
  readonly clientSecretDigest: string;
  /** Users may be created for policies without a start and an end. Absent is no. */
  readonly optionalPolicyDates?: boolean;
}

/** Purpose of the keyed digest. */
export const CLIENT_SECRET = 'ownli client secret';
