import type { Brand } from '../brands.ts';
import type { BrandView } from '../models.ts';

export function brandView({ organization: { id, name }, section }: Brand): BrandView {
  const { profile, setting, passwordPolicyLevel, domainWhiteListURLs = [] } = section;
  return {
    id,
    parentId: null,
    code: id,
    name,
    abbr: name,
    description: null,
    tags: null,
    status: 'Active',
    isDefault: false,
    isSystem: false,
    profile,
    setting: {
      domainWhiteListURLs: domainWhiteListURLs.length === 0 ? null : domainWhiteListURLs.join(','),
      ...setting,
      passwordPolicyLevel,
    },
    // Newer clients have another call for them.
    domains: [],
  };
}
