import type { IncomingHttpHeaders } from 'node:http';
import type { Organization } from '../../core/organization.ts';
import { brandHost } from '../../core/values/brand-host.ts';
import { header } from '../shared/headers.ts';
import { Refusal } from './errors.ts';
import type { BrandSection } from './section.ts';
import { packageView, roleView } from './settings-view.ts';

/** Name of the dialect, in histories and as the section of an organization's settings. */
export const JFRAMEWORK = 'jframework';

/** An organization as this dialect sees it, with what is the same in every answer written out. */
export interface Brand {
  readonly organization: Organization;
  readonly section: BrandSection;
  readonly roles: ReadonlyMap<string, { readonly name: string; readonly json: string }>;
  readonly packages: ReadonlyMap<string, { readonly id: string; readonly json: string }>;
  /** Code of the package of new users. */
  readonly defaultPackage: string | null;
}

export interface Brands {
  /**
   * The brand a call names: by `Brand-URL`, else by the page it comes from (`Origin`), else by the host it is sent to.
   *
   * @throws Refusal 404 for a `Brand-URL` that names no brand, 400 when there is none and nothing else names one
   */
  of(headers: IncomingHttpHeaders): Brand;
}

const NOT_FOUND = [{ code: 'BrandNotFound', message: 'The brand was not found.' }];
const REQUIRED = [{ code: 'BrandURLRequired', message: 'The header Brand-URL is required.' }];

export function createBrands(organizations: Iterable<Organization>): Brands {
  const byHost = new Map<string, Brand>();
  for (const organization of organizations) {
    const section = organization.sections[JFRAMEWORK] as BrandSection | undefined;
    if (section === undefined) continue;
    const brand = brandOf(organization, section);
    for (const host of section.hosts) byHost.set(host, brand);
  }
  const find = (text: string | undefined): Brand | undefined => {
    if (text === undefined) return undefined;
    return byHost.get(text) ?? byHost.get(brandHost(text) ?? '');
  };
  return {
    of: (headers) => {
      const named = header(headers, 'brand-url') ?? header(headers, 'brandurl');
      const brand = named === undefined ? (find(headers.origin) ?? find(headers.host)) : find(named);
      if (brand !== undefined) return brand;
      throw named === undefined
        ? new Refusal('value_required', 400, REQUIRED)
        : new Refusal('organization_not_found', 404, NOT_FOUND);
    },
  };
}

function brandOf(organization: Organization, section: BrandSection): Brand {
  const { id, roles } = organization;
  return {
    organization,
    section,
    roles: new Map(roles.map((role) => [role.code, { name: role.name, json: JSON.stringify(roleView(role, id)) }])),
    packages: new Map(
      section.packages.map((entry) => [entry.code, { id: entry.id, json: JSON.stringify(packageView(entry, id)) }]),
    ),
    defaultPackage: section.packages.find((entry) => entry.isDefault)?.code ?? null,
  };
}
