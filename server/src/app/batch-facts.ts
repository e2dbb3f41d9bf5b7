import { founderOf, type Grant } from '../access/roles.ts';
import type { Directory, Organization } from '../core/organization.ts';
import type { Secrets } from './ports/secrets.ts';

/** What a batch is decided by besides the records. */
export interface BatchFacts {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly directory: Directory & { readonly revision: number };
  readonly secrets: Pick<Secrets, 'seal' | 'open' | 'secretDigest'>;
  /** What the caller may do besides, in the organization that it is making. */
  readonly founder?: Grant;
}

/** As if the organization were there already, and the caller its owner. */
export function factsWith(facts: BatchFacts, organization: Organization): BatchFacts {
  const { directory } = facts;
  return {
    ...facts,
    directory: {
      revision: directory.revision,
      usernameScope: directory.usernameScope,
      organization: (id) => (id === organization.id ? organization : directory.organization(id)),
      domainOwner: (domain) => directory.domainOwner(domain),
    },
    founder: founderOf(organization.id),
  };
}
