import type { FastifyRequest } from 'fastify';
import type { Answer } from '../../../app/submission.ts';
import { answered } from '../../../app/users.ts';
import type { Capability } from '../../../core/user/fields.ts';
import type { Handler } from '../../shared/route.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../../shared/submit.ts';
import { JFRAMEWORK } from '../brands.ts';
import { type Call, callOf } from '../call.ts';
import { success } from '../envelope.ts';
import type { Context } from '../services.ts';
import { type Catalogue, catalogueOf, withCatalogue } from './catalogue.ts';

export interface SettingsChange {
  /** Of the operation, for the history and for idempotency keys: `create-role`. */
  readonly name: string;
  readonly needs: readonly Capability[];
  /** What was read of the body, where something was. */
  readonly body?: unknown;
  /** Must be pure. */
  readonly change: (catalogue: Catalogue) => Catalogue;
  /** The payload of the answer; `true` unless given. */
  readonly show?: (catalogue: Catalogue) => unknown;
  readonly status?: 200 | 201;
}

/** Changes what the brand of a call offers. The version in the answer is that of all the settings of the brand. */
export async function changeSettings(
  request: FastifyRequest,
  { settings }: Pick<Context, 'settings'>,
  { brand, caller }: Call,
  { name, needs, body, change, show = () => true, status = 200 }: SettingsChange,
): Promise<Answer> {
  const receipt = await settings.change({
    caller,
    dialect: JFRAMEWORK,
    requestId: request.id,
    organizationId: brand.organization.id,
    section: JFRAMEWORK,
    operation: name,
    needs,
    ifMatch: ifMatchOf(request),
    idempotency: idempotencyOf(request, { dialect: JFRAMEWORK, name, caller, body }),
    change: (organization) => withCatalogue(organization, change),
    answer: (organization) =>
      success(status, JSON.stringify(show(catalogueOf(organization))), organization.history?.sequence ?? 1),
  });
  return answerOf(receipt);
}

/** A change of settings that follows from what a request says, once that was read. */
export interface SettingsCall<S> extends Pick<SettingsChange, 'name' | 'needs'> {
  readonly read: (request: FastifyRequest) => S;
  /** Must be pure. */
  readonly change: (catalogue: Catalogue, sent: S, request: FastifyRequest) => Catalogue;
}

/** Makes the change; the answer to it is `true`. */
export function changing<S>(context: Context, { name, needs, read, change }: SettingsCall<S>): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const body = read(request);
    const next = (catalogue: Catalogue): Catalogue => change(catalogue, body, request);
    return changeSettings(request, context, call, { name, needs, body, change: next });
  };
}

/** Who may see settings: whoever names the brand, whoever has a key of it, or who holds a capability there. */
export type Readers = 'everybody' | 'members' | Capability;

/** Shows something of the settings of the brand of a call, as they are now, whoever changed them. */
export async function showSettings(
  request: FastifyRequest,
  context: Context,
  readers: Readers,
  show: (catalogue: Catalogue) => unknown,
): Promise<Answer> {
  const { organization, version } = (await readableBrand(request, context, readers)).brand;
  return success(200, JSON.stringify(show(catalogueOf(organization))), version);
}

async function readableBrand(
  request: FastifyRequest,
  context: Context,
  readers: Readers,
): Promise<Pick<Call, 'brand'>> {
  await answered(context.users.directory.latest());
  if (readers === 'everybody') return { brand: context.brands.of(request.headers) };
  const call = await callOf(request, context);
  if (readers !== 'members') await context.users.checkCapability(call.caller, readers, call.brand.organization.id);
  return call;
}
