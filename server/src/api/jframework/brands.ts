import type { IncomingHttpHeaders } from 'node:http';
import { holdingName, type Organization } from '../../core/organization.ts';
import { brandHost } from '../../core/values/brand-host.ts';
import { header } from '../shared/headers.ts';
import { Refusal } from './errors.ts';
import { type BrandSection, type PackageDefinition, type StoredSection, sectionOf } from './section.ts';
import { packageView, roleView } from './settings-view.ts';

/** Name of the dialect, in histories and as the section of an organization's settings. */
export const JFRAMEWORK = 'jframework';

/** An organization as this dialect sees it, with what is the same in every answer written out. */
export interface Brand {
  readonly organization: Organization;
  readonly section: BrandSection;
  /** Number of the last change of its settings. */
  readonly version: number;
  /** By the names that stand in the records of who holds them. */
  readonly roles: ReadonlyMap<string, { readonly name: string; readonly json: string }>;
  readonly packages: ReadonlyMap<string, { readonly id: string; readonly code: string; readonly json: string }>;
  /** Hosts that links in mails may lead to. */
  readonly linkHosts: ReadonlySet<string>;
  /** What new users hold. */
  readonly defaultPackage: string | null;
}

export interface Brands {
  /**
   * The brand a call names: by `Brand-URL`, else by the page it comes from (`Origin`), else by the host it is sent to.
   *
   * @throws Refusal 404 for a `Brand-URL` that names no brand, 400 when there is none and nothing else names one
   */
  of(headers: IncomingHttpHeaders): Brand;
  /** By the id of its organization. */
  byId(id: string): Brand | undefined;
  /** By what a `Brand-URL` may be. */
  byUrl(text: string): Brand | undefined;
}

export const NOT_FOUND = [{ code: 'BrandNotFound', message: 'The brand was not found.' }];
const REQUIRED = [{ code: 'BrandURLRequired', message: 'The header Brand-URL is required.' }];

export function createBrands(organizations: Iterable<Organization>): Brands {
  const byHost = new Map<string, Brand>();
  const byId = new Map<string, Brand>();
  for (const organization of organizations) {
    const brand = brandOf(organization);
    if (brand === undefined) continue;
    byId.set(organization.id, brand);
    for (const host of brand.section.hosts) byHost.set(host, brand);
  }
  const find = (text: string | undefined): Brand | undefined => {
    if (text === undefined) return undefined;
    return byHost.get(text) ?? byHost.get(brandHost(text) ?? '');
  };
  return {
    of: (headers) => {
      const named = brandUrlOf(headers);
      const brand = named === undefined ? (find(headers.origin) ?? find(headers.host)) : find(named);
      if (brand !== undefined) return brand;
      throw named === undefined
        ? new Refusal('value_required', 400, REQUIRED)
        : new Refusal('organization_not_found', 404, NOT_FOUND);
    },
    byId: (id) => byId.get(id),
    byUrl: find,
  };
}

/** What a call says of its brand; old clients write the header without a hyphen. */
export function brandUrlOf(headers: IncomingHttpHeaders): string | undefined {
  return header(headers, 'brand-url') ?? header(headers, 'brandurl');
}

/** An organization as a brand; `undefined` when it is none. */
export function brandOf(organization: Organization): Brand | undefined {
  const stored = organization.sections[JFRAMEWORK] as StoredSection | undefined;
  if (stored === undefined) return undefined;
  const { id, roles, history } = organization;
  const section = sectionOf(stored);
  const shown = (entry: PackageDefinition) => JSON.stringify(packageView(entry, section, id));
  const standard = section.packages.find(({ isDefault }) => isDefault);
  return {
    organization,
    section,
    version: history?.sequence ?? 1,
    roles: new Map(
      roles.map((role) => [holdingName(role), { name: role.name, json: JSON.stringify(roleView(role, id)) }]),
    ),
    packages: new Map(
      section.packages.map((entry) => [holdingName(entry), { id: entry.id, code: entry.code, json: shown(entry) }]),
    ),
    linkHosts: new Set([
      ...section.hosts,
      ...(section.domainWhiteListURLs ?? []).flatMap((url) => brandHost(url) ?? []),
    ]),
    defaultPackage: standard === undefined ? null : holdingName(standard),
  };
}
