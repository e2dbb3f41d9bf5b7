import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../app/callers.ts';
import { DomainError } from '../../core/errors.ts';
import { brandHost } from '../../core/values/brand-host.ts';
import { jsonBody } from '../shared/body.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import type { Handler } from '../shared/route.ts';
import { answerOf, idempotencyOf, membersOf } from '../shared/submit.ts';
import { anonymous, authenticate, hasAuthKey } from './authenticate.ts';
import { type Brand, brandUrlOf, JFRAMEWORK } from './brands.ts';
import { deviceOf } from './device-headers.ts';
import { success } from './envelope.ts';
import { brandLink, invalidLink, refuseIfMatch } from './links.ts';
import { type PairingKind, QR_CODE, scopeOf } from './pairing-kinds.ts';
import { MOST_QR_BYTES, qrDataUri } from './qr-image.ts';
import { type QueryReader, readQuery } from './query.ts';
import { invalidBody } from './read-body.ts';
import type { Context } from './services.ts';

/** A code that is in use already is drawn again. */
const DRAWS = 5;
const TOO_LONG = { code: 'InvalidCallbackUrl', message: 'The callbackUrl is too long for a QR code.' };

/**
 * POST /users/auth/passwordless/{qrcode,otp}/generate. With a key it is begun by the caller, who alone may approve it;
 * without one by a device where nobody is signed in, which alone may collect it if it says which it is.
 */
export function startPairing(context: Context, kind: PairingKind): Handler {
  const { brands, pairings, repeats, limits } = context;
  return async (request) => {
    const brand = brands.of(request.headers);
    const caller = hasAuthKey(request.headers) ? await authenticate(request.headers, brand, context) : null;
    const device = deviceOf(request.headers);
    const { sent, callbackUrl } = readCallback(request);
    const asker: Caller = caller ?? anonymous(brand);
    const name = `generate-${kind.name}`;
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name, caller: asker, body: sent, secret: true });
    refuseIfMatch(request);
    const linkOf = kind === QR_CODE ? linkFor(callbackUrl, brand, request) : null;
    const begun = {
      startedBy: caller?.userId ?? null,
      deviceId: caller === null ? (device?.id ?? null) : null,
    };
    const start = async () => {
      for (let draw = 0; draw < DRAWS; draw += 1) {
        const code = kind.draw(context);
        const shown = linkOf === null ? randomUUID() : qrDataUri(linkOf(code));
        const pairing = await pairings.start(scopeOf(kind, brand), { ...begun, code, shown }, kind.lifetime);
        if (pairing !== null) return success(200, JSON.stringify(kind.view(pairing)), pairing.version);
      }
      throw new DomainError('overloaded', { retryAfter: 1 });
    };
    // Every one that is begun is a try at having it approved.
    const by = { address: addressBlockOf(request) };
    return limits.run('code', by, async () => answerOf(await repeats.once(idempotency, start)), always);
  };
}

export function readCallbackQuery(query: QueryReader): string | undefined {
  return query.text('callbackUrl');
}

/** In the query, as the documents have it, or in the body, as the vendor's own client sends it: `null` is none. */
function readCallback(request: FastifyRequest): { sent: unknown; callbackUrl: string | undefined } {
  const inQuery = readQuery(request, readCallbackQuery);
  const body = jsonBody(request) ?? null;
  const sent = body === null ? null : membersOf(body);
  const wrapped = sent?.params;
  const members = typeof wrapped === 'object' && wrapped !== null ? membersOf(wrapped) : sent;
  const inBody = members?.callbackUrl ?? members?.callbackURL ?? undefined;
  if (inBody !== undefined && typeof inBody !== 'string') throw invalidBody([invalidLink('callbackUrl')]);
  return { sent, callbackUrl: inQuery ?? (inBody || undefined) };
}

/** What a QR code of this call says: the page that was asked for, or the application of the brand. */
function linkFor(callbackUrl: string | undefined, brand: Brand, request: FastifyRequest): (id: string) => string {
  if (callbackUrl === undefined) {
    const scheme = secondLevelOf(hostCalled(request.headers, brand) ?? brand.section.hosts[0] ?? '');
    return (id) => `${scheme}://pair/${id}`;
  }
  const page = brandLink(callbackUrl, brand);
  if (page === undefined) throw invalidBody([invalidLink('callbackUrl')]);
  const linkOf = (id: string): string => {
    const url = new URL(page);
    url.searchParams.set('id', id);
    return url.href;
  };
  if (Buffer.byteLength(linkOf(randomUUID())) > MOST_QR_BYTES) throw invalidBody([TOO_LONG]);
  return linkOf;
}

/** The address of the brand by which a call names it, or comes from it. */
function hostCalled(headers: IncomingHttpHeaders, { section }: Brand): string | undefined {
  return [brandUrlOf(headers), headers.origin, headers.host]
    .map((text) => brandHost(text ?? ''))
    .find((host) => host !== undefined && section.hosts.includes(host));
}

/** `app.acme.com` gives `acme`. */
function secondLevelOf(host: string): string {
  const labels = host.split('.');
  return labels.at(-2) ?? host;
}

function always(): boolean {
  return true;
}
