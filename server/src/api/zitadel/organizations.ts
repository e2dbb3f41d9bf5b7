import { OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import { Organizations, type OrganizationsOptions } from '../../app/organizations.ts';
import { addOrganization } from './add-organization.ts';
import { listOrganizations } from './list-organizations.ts';
import type { ZitadelServices } from './method.ts';
import type { ServiceTable } from './service.ts';

export { OrganizationService };

/** What is built of the organization service: making organizations, and finding them. */
export function organizationTable(services: ZitadelServices & OrganizationsOptions): ServiceTable {
  const organizations = new Organizations(services);
  return {
    methods: {
      addOrganization: addOrganization(organizations, services),
      listOrganizations: listOrganizations(organizations, services),
    },
    permits: { addOrganization: ({ caller }) => organizations.checkFounding(caller) },
  };
}
