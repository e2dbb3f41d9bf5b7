import type { FastifyRequest } from 'fastify';
import type { FoundPairing, Pairing } from '../../app/pairings.ts';
import { DomainError } from '../../core/errors.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import { paramsOf } from '../shared/dialect.ts';
import type { Handler } from '../shared/route.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { authAnswer } from './auth-result.ts';
import { anonymous } from './authenticate.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { callOf, commandTo } from './call.ts';
import { atDevice, deviceOf } from './device-headers.ts';
import { success } from './envelope.ts';
import { type PairingKind, pairingRefusal, scopeOf } from './pairing-kinds.ts';
import { type Context, inBrand, KEY_LIFETIMES } from './services.ts';
import { sessionIdOf } from './session-id.ts';

const OTHER_DEVICE = { code: 'DeviceRejected', message: 'Another device asked for it.' };
const OTHER_USER = { code: 'AccessDenied', message: 'Another user asked for it.' };

/** GET /users/auth/passwordless/{qrcode,otp}/{code}: how far the pairing is. */
export function getPairing(context: Context, kind: PairingKind): Handler {
  return async (request) => {
    const brand = context.brands.of(request.headers);
    const { pairing } = await limited(request, context, () => find(request, brand, kind, context));
    return shown(pairing, kind);
  };
}

/** POST …/approve: whoever is signed in lets the other device sign in as the same user. */
export function approvePairing(context: Context, kind: PairingKind): Handler {
  const { pairings, repeats } = context;
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const name = `approve-${kind.name}`;
    // Whoever reads the answer could collect it.
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name, caller, body: null, secret: true });
    const ifMatch = ifMatchOf(request);
    const approval = { userId: caller.userId, sessionId: caller.credential.id };
    const approve = async () => {
      const found = await find(request, brand, kind, context);
      const { pairing } = found;
      if (ifMatch !== null && 'versions' in ifMatch && !ifMatch.versions.includes(pairing.version)) {
        throw new DomainError('version_conflict');
      }
      if (pairing.startedBy !== null && pairing.startedBy !== caller.userId) throw pairingRefusal(403, OTHER_USER);
      if (isApprovedBy(pairing, approval)) return shown(pairing, kind);
      const approved = pairing.status === 'new' ? await pairings.approve(found, approval) : null;
      const after = approved ?? (await find(request, brand, kind, context)).pairing;
      if (!isApprovedBy(after, approval)) throw pairingRefusal(409, kind.used);
      return shown(after, kind);
    };
    return limited(request, context, async () => answerOf(await repeats.once(idempotency, approve)));
  };
}

/**
 * POST …/auth-with-qrcode and …/login: the keys of the user who approved, once. The approval stands as long as the
 * session that gave it.
 */
export function collectPairing(context: Context, kind: PairingKind): Handler {
  const { users, sessionKeys, clock } = context;
  return async (request) => {
    const brand = context.brands.of(request.headers);
    const caller = anonymous(brand);
    const device = deviceOf(request.headers);
    const name = `collect-${kind.name}`;
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name, caller, body: null, secret: true });
    const ifMatch = ifMatchOf(request);
    return limited(request, context, async () => {
      const found = await find(request, brand, kind, context);
      const { pairing } = found;
      const { approval, code } = pairing;
      if (pairing.deviceId !== null && pairing.deviceId !== device?.id) throw pairingRefusal(403, OTHER_DEVICE);
      if (approval === null) throw pairingRefusal(409, kind.notApproved);
      const target = inBrand(brand, { id: approval.userId });
      const sessionId = sessionIdOf('pairing', JSON.stringify([kind.name, code]));
      if (pairing.status === 'consumed' && !(await isSignedIn(context, approval.userId, brand, sessionId))) {
        throw pairingRefusal(409, kind.used);
      }
      const session = sessionKeys.start(approval.userId, clock(), KEY_LIFETIMES, sessionId);
      try {
        const receipt = await users.submit({
          ...commandTo(target, request, caller),
          command: (user) => ({
            type: 'start-session',
            session: session.session,
            proof: { kind: 'approval', sessionId: approval.sessionId },
            ...atDevice(device, user, brand),
          }),
          ifMatch,
          idempotency,
          answer: ({ user }) => authAnswer(user, session),
        });
        if (pairing.status === 'approved') await consume(found, context);
        return answerOf(receipt);
      } catch (error) {
        const isOver = error instanceof DomainError && ['approval_over', 'user_not_found'].includes(error.reason);
        throw isOver ? pairingRefusal(409, kind.used) : error;
      }
    });
  };
}

/** @throws Refusal 404 */
async function find(
  request: FastifyRequest,
  brand: Brand,
  kind: PairingKind,
  { pairings }: Context,
): Promise<FoundPairing> {
  const found = await pairings.find(scopeOf(kind, brand), kind.spelled(paramsOf(request).code ?? ''));
  if (found === null) throw pairingRefusal(404, kind.notFound);
  return found;
}

/** It is used up by its session already; this only shows it. */
async function consume(found: FoundPairing, { pairings }: Context): Promise<void> {
  try {
    await pairings.consume(found);
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'unavailable')) throw error;
  }
}

/** Codes that are nobody's are tries of guessing one. */
function limited<T>(request: FastifyRequest, { limits }: Context, work: () => Promise<T>): Promise<T> {
  return limits.run('code', { address: addressBlockOf(request) }, work);
}

function isApprovedBy({ status, approval }: Pairing, by: { userId: string; sessionId: string }): boolean {
  return status === 'approved' && approval?.userId === by.userId && approval.sessionId === by.sessionId;
}

/** A stored answer is given again without a decision, so only while its keys are good. */
async function isSignedIn({ users }: Context, userId: string, brand: Brand, sessionId: string): Promise<boolean> {
  const user = await users.find(inBrand(brand, { id: userId }));
  return user?.state === 'active' && user.credentials.sessions.some(({ id }) => id === sessionId);
}

function shown(pairing: Pairing, kind: PairingKind) {
  return success(200, JSON.stringify(kind.view(pairing)), pairing.version);
}
