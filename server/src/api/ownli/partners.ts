import type { Caller } from '../../app/callers.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { Organization } from '../../core/organization.ts';
import type { Capability } from '../../core/user/fields.ts';
import { fingerprintOf } from '../shared/client-tokens.ts';
import { sameText } from '../shared/same-text.ts';
import { CLIENT_SECRET, type PartnerSection } from './section.ts';

/** What an admin token allows, within the partner's own organization. */
const ADMIN: ReadonlySet<Capability> = new Set<Capability>([
  'read',
  'create',
  'profile',
  'contact',
  'assert_verified',
  'policy',
]);

export type PartnerCaller = Extract<Caller, { readonly kind: 'client' }>;

/** An organization that is an Ownli partner, and its API client. */
export interface Partner {
  readonly partnerId: string;
  /** What its tokens tell of its secret. */
  readonly credential: string;
  /** Who asks when the client uses an admin token. Its name tells it from every other client of the instance. */
  readonly caller: PartnerCaller;
  readonly secretDigest: string;
  /** Users may be created for policies without a start and an end. */
  readonly optionalPolicyDates: boolean;
}

export interface PartnerCredentials {
  readonly partnerId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The partners of the instance. */
export class Partners {
  readonly #secrets: Pick<Secrets, 'secretDigest'>;
  readonly #byClientId = new Map<string, Partner>();
  readonly #byName = new Map<string, Partner>();
  /** Compared with when there is no such client, so that it takes the same time. */
  readonly #noDigest: string;

  constructor(organizations: Iterable<Organization>, secrets: Pick<Secrets, 'secretDigest'>) {
    this.#secrets = secrets;
    this.#noDigest = secrets.secretDigest(CLIENT_SECRET, '');
    for (const { id, sections } of organizations) {
      const section = sections.ownli as PartnerSection | undefined;
      if (section === undefined) continue;
      const partner: Partner = {
        partnerId: section.partnerId,
        credential: fingerprintOf(section.clientSecretDigest),
        caller: {
          kind: 'client',
          clientId: `ownli:${id}:${section.clientId}`,
          organizationId: id,
          grants: [{ organizationId: id, capabilities: ADMIN }],
          isCurrent: (organization) => isSameClient(section, organization),
        },
        secretDigest: section.clientSecretDigest,
        optionalPolicyDates: section.optionalPolicyDates === true,
      };
      this.#byClientId.set(section.clientId, partner);
      this.#byName.set(partner.caller.clientId, partner);
    }
  }

  /** The partner whose client has this name, if it still has it. */
  named(name: string): Partner | undefined {
    return this.#byName.get(name);
  }

  /** The partner whose credentials these are. An unknown client costs what a wrong secret costs. */
  withCredentials({ partnerId, clientId, clientSecret }: PartnerCredentials): Partner | null {
    const partner = this.#byClientId.get(clientId);
    const given = this.#secrets.secretDigest(CLIENT_SECRET, clientSecret);
    const matches = sameText(given, partner?.secretDigest ?? this.#noDigest);
    return partner !== undefined && matches && partner.partnerId === partnerId ? partner : null;
  }
}

function isSameClient(known: PartnerSection, organization: Organization | undefined): boolean {
  const section = organization?.sections.ownli as PartnerSection | undefined;
  return (
    section !== undefined &&
    section.partnerId === known.partnerId &&
    section.clientId === known.clientId &&
    section.clientSecretDigest === known.clientSecretDigest
  );
}
