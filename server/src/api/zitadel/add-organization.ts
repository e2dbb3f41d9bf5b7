import { create } from '@bufbuild/protobuf';
import {
  type AddOrganizationRequest,
  type AddOrganizationRequest_Admin,
  AddOrganizationResponseSchema,
} from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import type { Organizations } from '../../app/organizations.ts';
import { recipientsOf, submitMessages } from '../../app/sending.ts';
import type { FoundSubmission, Receipt } from '../../app/submission.ts';
import type { Organization } from '../../core/organization.ts';
import { isOrganizationRole } from '../../core/values/role-names.ts';
import { draftHuman, type HumanCreation, newPassword } from './human-creation.ts';
import { type MethodHandler, resultOf, secretly, type ZitadelServices } from './method.ts';
import { foundingDetails } from './organization-details.ts';
import { encodeJson } from './protocol/encode.ts';
import { SECTION } from './section.ts';
import { invalid } from './status-error.ts';

/** All of them are decided and written together. */
const MAX_ADMINS = 100;
const OWNER = ['ORG_OWNER'];

type Admin = AddOrganizationRequest_Admin;
type Member = FoundSubmission['members'][number];

interface DraftedAdmin {
  readonly member: Member;
  /** Only of those that are created. */
  readonly created?: { readonly userId: string } & HumanCreation['codes'];
}

/** Makes an organization, and with it the users who are to own it. */
export function addOrganization(
  organizations: Organizations,
  services: ZitadelServices,
): MethodHandler<AddOrganizationRequest> {
  return async (call) => {
    const { message, caller, requestId, ifMatch, idempotency } = call;
    const name = message.name.trim();
    if (name === '') throw invalid('name is blank');
    checkAdmins(message.admins);
    const admins = message.admins.map((admin) => ({ admin, userId: userIdOf(admin, services) }));
    const draft = async (organization: Organization) => {
      const drafted = await Promise.all(
        admins.map(({ admin, userId }) => draftAdmin(admin, userId, organization, services)),
      );
      return { members: drafted.map(({ member }) => member), answer: answerOf(organization, drafted) };
    };
    const recipients = admins.flatMap(({ admin, userId }) => recipientsAmong(admin, userId, services));
    const add = (): Promise<Receipt> =>
      organizations.add({
        caller,
        dialect: SECTION,
        requestId,
        id: message.orgId ?? services.nextId(),
        name,
        sections: { [SECTION]: {} },
        ifMatch,
        idempotency: message.admins.some(returnsCode) ? secretly(idempotency) : idempotency,
        draft,
      });
    return resultOf(await submitMessages(recipients, idempotency, add, services));
  };
}

function answerOf(organization: Organization, drafted: readonly DraftedAdmin[]) {
  const response = create(AddOrganizationResponseSchema, {
    details: foundingDetails(organization),
    organizationId: organization.id,
    createdAdmins: drafted.flatMap(({ created }) => created ?? []),
  });
  return { status: 200, body: encodeJson(AddOrganizationResponseSchema, response) };
}

function checkAdmins(admins: readonly Admin[]): void {
  if (admins.length > MAX_ADMINS) throw invalid(`an organization is made with at most ${MAX_ADMINS} admins`);
  for (const [index, { userType, roles }] of admins.entries()) {
    if (userType.case === undefined) throw invalid(`admins[${index}] names no user`);
    const unknown = roles.find((role) => !isOrganizationRole(role));
    if (unknown !== undefined)
      throw invalid(`admins[${index}] has the role ${unknown}, which organizations do not know`);
  }
}

function userIdOf({ userType }: Admin, { nextId }: Pick<ZitadelServices, 'nextId'>): string {
  return userType.case === 'userId' ? userType.value : (userType.value?.userId ?? nextId());
}

/** A user that exists gets a membership; another one is created in the organization, whatever its own request says. */
async function draftAdmin(
  { userType, roles: given }: Admin,
  userId: string,
  organization: Organization,
  services: ZitadelServices,
): Promise<DraftedAdmin> {
  const organizationId = organization.id;
  const roles = given.length === 0 ? OWNER : [...new Set(given)];
  if (userType.case !== 'human') {
    const command = { type: 'add-membership', organizationId, roles } as const;
    return { member: { target: { id: userId, section: SECTION }, command } };
  }
  const { command, codes } = draftHuman(userType.value, userId, organizationId, services);
  const password = await newPassword(userType.value, organization, services);
  return {
    member: { target: { id: userId }, command: { ...command, ...password, membership: { roles } } },
    created: { userId, ...codes },
  };
}

function recipientsAmong({ userType }: Admin, userId: string, services: ZitadelServices): string[] {
  return userType.case === 'human' ? recipientsOf(draftHuman(userType.value, userId, '', services).command, null) : [];
}

function returnsCode({ userType }: Admin): boolean {
  if (userType.case !== 'human') return false;
  const { email, phone } = userType.value;
  return email?.verification.case === 'returnCode' || phone?.verification.case === 'returnCode';
}
