import type { IDPLink } from '@zitadel/proto/zitadel/user/v2/idp_pb';
import type { IdpLink } from '../../core/user/user.ts';
import { etag } from '../shared/conditional.ts';
import { listDetails } from './details.ts';
import { type HandlerOf, readResult, resultOf, type ZitadelServices } from './method.ts';
import {
  AddIDPLinkResponseSchema,
  ListIDPLinksResponseSchema,
  RemoveIDPLinkResponseSchema,
} from './protocol/user-service.ts';
import { SECTION } from './section.ts';
import { invalid } from './status-error.ts';
import { byCodePoints } from './text-match.ts';
import { withDetails, writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users'>;

export function linkOf({ idpId, userId, userName }: IDPLink): IdpLink {
  return { idpId, userId, userName };
}

/** Links a person to an identity at a declared provider; nobody else can have that identity. */
export function addIdpLink({ users }: Services): HandlerOf<'addIDPLink'> {
  return async (call) => {
    const { idpLink } = call.message;
    if (idpLink === undefined) throw invalid('idp_link is required');
    const command = { type: 'add-idp-link', link: linkOf(idpLink) } as const;
    const submission = writeOn(call, { kind: 'human', command, answer: withDetails(AddIDPLinkResponseSchema) });
    return resultOf(await users.submit(submission));
  };
}

export function removeIdpLink({ users }: Services): HandlerOf<'removeIDPLink'> {
  return async (call) => {
    const { idpId, linkedUserId } = call.message;
    const command = { type: 'remove-idp-link', idpId, userId: linkedUserId } as const;
    const submission = writeOn(call, { kind: 'human', command, answer: withDetails(RemoveIDPLinkResponseSchema) });
    return resultOf(await users.submit(submission));
  };
}

/** The links of one user, ordered by provider and by the identity there; all of them unless a limit says otherwise. */
export function listIdpLinks({ users, clock }: Services & Pick<ZitadelServices, 'clock'>): HandlerOf<'listIDPLinks'> {
  return async ({ caller, message }) => {
    const { userId, query } = message;
    const now = clock();
    const user = await users.read(caller, { id: userId, section: SECTION });
    const links = user.factors.idpLinks.toSorted(
      (a, b) => byCodePoints(a.idpId, b.idpId) || byCodePoints(a.userId, b.userId),
    );
    if (!query?.asc) links.reverse();
    const offset = Number(query?.offset ?? 0n);
    const response = {
      details: listDetails(links.length, user.sequence, now),
      result: links.slice(offset, offset + (query?.limit || links.length)),
    };
    return readResult(ListIDPLinksResponseSchema, response, etag(user.version));
  };
}
