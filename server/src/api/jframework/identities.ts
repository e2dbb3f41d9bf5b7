import { hash } from 'node:crypto';
import type { IdentityProvider } from '../../core/organization.ts';
import type { IdpLink, User } from '../../core/user/user.ts';
import { BUILT_IN_ORGANIZATION } from '../../core/values/built-in.ts';
import type { Handler } from '../shared/route.ts';
import { callOf, readUser } from './call.ts';
import { success } from './envelope.ts';
import type { IdentityView } from './models.ts';
import type { Context } from './services.ts';

/** Characters of the id of an identity, which follows from the provider and the id there. */
const ID_LENGTH = 18;

/** GET /users/{id}/identities: who the user is elsewhere, however the link was made. */
export function getIdentities(context: Context): Handler {
  const { users } = context;
  return async (request) => {
    const call = await callOf(request, context);
    const user = await readUser(request, context, call);
    const providers = [call.brand.organization.id, BUILT_IN_ORGANIZATION.id].flatMap(
      (id) => users.directory.organization(id)?.identityProviders ?? [],
    );
    const views = user.factors.idpLinks.map((link) => identityView(link, user, providers));
    return success(200, JSON.stringify(views), user.version);
  };
}

function identityView(link: IdpLink, user: User, providers: readonly IdentityProvider[]): IdentityView {
  const { idpId, userId, userName } = link;
  const provider = providers.find(({ id }) => id === idpId);
  return {
    id: hash('sha256', JSON.stringify([idpId, userId]), 'hex').slice(0, ID_LENGTH),
    userId: user.id,
    appIntegration: {
      id: idpId,
      type: 'Authentication',
      name: provider?.name ?? idpId,
      domain: null,
      description: null,
      logoURL: null,
      // A link outlives the declaration of its provider.
      status: provider === undefined ? 'Inactive' : 'Active',
    },
    metadata: JSON.stringify({ userId, userName }),
    lastLoginAt: null,
    createdDate: null,
  };
}
