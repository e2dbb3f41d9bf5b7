import type { Caller } from '../../app/callers.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { Organization } from '../../core/organization.ts';
import type { Capability } from '../../core/user/fields.ts';
import { fingerprintOf } from '../shared/client-tokens.ts';
import { sameText } from '../shared/same-text.ts';
import { API_KEY, AVIBRA, CLIENT_SECRET, LINK_PASSWORD, type PartnerSection } from './section.ts';

/** An organization in its role as a partner, with what its calls are made of. */
export interface Partner {
  /** Who its tokens are about. A client id that moves to another organization does not take its tokens along. */
  readonly subject: string;
  readonly clientId: string;
  readonly organizationId: string;
  readonly name: string;
  readonly scope: string;
  /** What its tokens tell of its secret. */
  readonly credential: string;
  readonly caller: Caller;
  readonly section: PartnerSection;
}

export type ClientCaller = Extract<Caller, { kind: 'client' }>;

const CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>(['create', 'profile', 'contact', 'benefits']);

/**
 * The caller behind a client id, for as long as the client is in the settings of the organization.
 *
 * @param known the settings by which it was authenticated, when it shall end with its secrets and scope as well
 */
export function callerOf(clientId: string, organizationId: string, known?: PartnerSection): ClientCaller {
  return {
    kind: 'client',
    // Keys that were used with another organization are not this client's.
    clientId: `${AVIBRA}:${organizationId}:${clientId}`,
    organizationId,
    grants: [{ organizationId, capabilities: CAPABILITIES }],
    isCurrent: (organization) => {
      const section = organization?.sections[AVIBRA] as PartnerSection | undefined;
      return section?.clientId === clientId && (known === undefined || isSameClient(known, section));
    },
  };
}

function isSameClient(known: PartnerSection, section: PartnerSection): boolean {
  return (
    section.partnerName === known.partnerName &&
    section.scope === known.scope &&
    section.clientSecretDigest === known.clientSecretDigest &&
    section.apiKeyDigest === known.apiKeyDigest
  );
}

/** The partners of the instance, looked up by what their clients present. */
export class Partners {
  readonly #secrets: Pick<Secrets, 'secretDigest'>;
  /** Compared with when the client id is unknown. */
  readonly #nobody: string;
  readonly #byClientId = new Map<string, Partner>();
  readonly #bySubject = new Map<string, Partner>();
  readonly #byLinkUsername = new Map<string, Partner>();

  constructor(organizations: Iterable<Organization>, secrets: Pick<Secrets, 'secretDigest'>) {
    this.#secrets = secrets;
    this.#nobody = secrets.secretDigest(CLIENT_SECRET, '');
    for (const { id: organizationId, sections } of organizations) {
      const section = sections[AVIBRA] as PartnerSection | undefined;
      if (section === undefined) continue;
      const { clientId, partnerName: name, scope } = section;
      const credential = fingerprintOf(section.clientSecretDigest);
      const subject = `${organizationId}:${clientId}`;
      const caller = callerOf(clientId, organizationId, section);
      const partner: Partner = { subject, clientId, organizationId, name, scope, credential, caller, section };
      this.#byClientId.set(clientId, partner);
      this.#bySubject.set(subject, partner);
      if (section.linkToken !== null) this.#byLinkUsername.set(section.linkToken.username, partner);
    }
  }

  /** The partner with this client id and secret; null in the same time for an unknown id and a wrong secret. */
  signedIn(clientId: string, secret: string): Partner | null {
    const partner = this.#byClientId.get(clientId);
    const digest = this.#secrets.secretDigest(CLIENT_SECRET, secret);
    return sameText(digest, partner?.section.clientSecretDigest ?? this.#nobody) && partner !== undefined
      ? partner
      : null;
  }

  /** The partner whose credentials of the link-token call these are; like `signedIn`. */
  linking(username: string, password: string): Partner | null {
    const partner = this.#byLinkUsername.get(username);
    const digest = this.#secrets.secretDigest(LINK_PASSWORD, password);
    const known = partner?.section.linkToken?.passwordDigest ?? this.#nobody;
    return sameText(digest, known) && partner !== undefined ? partner : null;
  }

  ofSubject(subject: string): Partner | undefined {
    return this.#bySubject.get(subject);
  }

  holdsKey(partner: Partner, apiKey: string): boolean {
    return sameText(this.#secrets.secretDigest(API_KEY, apiKey), partner.section.apiKeyDigest);
  }
}
