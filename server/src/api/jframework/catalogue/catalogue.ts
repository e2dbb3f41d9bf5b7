import type { Organization, RoleDefinition } from '../../../core/organization.ts';
import { JFRAMEWORK } from '../brands.ts';
import { type BrandSection, type StoredSection, sectionOf } from '../section.ts';

/** What a brand offers: the settings that its API changes. Never changed itself. */
export interface Catalogue {
  /** Id of the brand. */
  readonly id: string;
  readonly roles: readonly RoleDefinition[];
  readonly section: BrandSection;
}

export function catalogueOf({ id, roles, sections }: Organization): Catalogue {
  return { id, roles, section: sectionOf(sections[JFRAMEWORK] as StoredSection) };
}

/** The organization with another catalogue; the same organization when nothing is another. */
export function withCatalogue(organization: Organization, change: (before: Catalogue) => Catalogue): Organization {
  const before = catalogueOf(organization);
  const after = change(before);
  if (JSON.stringify(after) === JSON.stringify(before)) return organization;
  const { roles, section } = after;
  return { ...organization, roles, sections: { ...organization.sections, [JFRAMEWORK]: section } };
}

/** The catalogue with other members of its section. */
export function withSection(catalogue: Catalogue, change: Partial<BrandSection>): Catalogue {
  return { ...catalogue, section: { ...catalogue.section, ...change } };
}
