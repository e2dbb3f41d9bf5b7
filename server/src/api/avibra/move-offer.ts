import { DomainError } from '../../core/errors.ts';
import type { UpdateUser } from '../../core/user/commands.ts';
import type { Handler } from '../shared/route.ts';
import type { Authenticate } from './authenticate.ts';
import type { Partner } from './partners.ts';
import { type Operation, readCall } from './read-call.ts';
import type { RunCall } from './run-call.ts';
import { readUserOfferInfo, type UserOfferInfo } from './schema.ts';

const MOVE_OFFER: Operation<UserOfferInfo> = { name: 'move-offer', read: readUserOfferInfo, commandOf };

/** `POST /user/offers`: moves a user to a higher or a lower offer, chooses benefits for the next swap, or both. */
export function moveOffer(authenticate: Authenticate, run: RunCall): Handler {
  return async (request) => run(request, await readCall(request, authenticate, MOVE_OFFER));
}

function commandOf({ userid, offername, benefits }: UserOfferInfo, { name: partner, section }: Partner): UpdateUser {
  const { offers = [] } = section;
  const offer = offername ?? undefined;
  if (offer === undefined && !benefits) throw new DomainError('value_required', { field: 'offername or benefits' });
  const possible = offer === undefined ? offers : offers.filter(({ name }) => name === offer);
  if (offer !== undefined && possible.length === 0) throw new DomainError('value_invalid', { field: 'offername' });
  const given = new Set(possible.flatMap((one) => one.benefits.map(({ name }) => name)));
  if (benefits?.some((name) => !given.has(name))) throw new DomainError('value_invalid', { field: 'benefits' });
  const terms = offers.map((one) => ({
    name: one.name,
    benefits: one.benefits.map(({ name, isIncluded }) => ({ name, isIncluded })),
  }));
  const move = { step: 'move', offers: terms, ...(offer && { offer }), ...(benefits && { benefits }) } as const;
  return { type: 'update-user', enrolment: { partner, knownAs: userid, ...move } };
}
