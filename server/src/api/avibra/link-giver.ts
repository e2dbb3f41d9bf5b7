import type { LinkGiver } from '../../app/links.ts';
import { fingerprintOf } from '../shared/client-tokens.ts';
import { type ClientCaller, callerOf, type Partner } from './partners.ts';
import { AVIBRA, type PartnerSection } from './section.ts';

/** The partner as the one who gave a link. */
export function giverOf({ clientId, organizationId, section }: Partner): LinkGiver {
  return { dialect: AVIBRA, organizationId, clientId, credential: credentialOf(section) };
}

/** The caller behind a giver, for as long as the partner has the link-token credentials by which it gave. */
export function callerOfGiver({ clientId, organizationId, credential }: LinkGiver): ClientCaller {
  const caller = callerOf(clientId, organizationId);
  return {
    ...caller,
    isCurrent: (organization) => {
      const section = organization?.sections[AVIBRA] as PartnerSection | undefined;
      return section !== undefined && caller.isCurrent(organization) && credentialOf(section) === credential;
    },
  };
}

/** A partner without such credentials, which can give nothing, has another fingerprint than any that has. */
function credentialOf({ linkToken }: PartnerSection): string {
  return fingerprintOf(JSON.stringify(linkToken));
}
