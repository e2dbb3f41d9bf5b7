import { type Static, Type } from 'typebox';
import { brandHost } from '../../../core/values/brand-host.ts';
import { parseWebUrl } from '../../../core/values/web-url.ts';
import type { Handler } from '../../shared/route.ts';
import { reader, type SchemaReader } from '../../shared/schema.ts';
import { NOT_FOUND } from '../brands.ts';
import { callOf, idOf } from '../call.ts';
import { Refusal } from '../errors.ts';
import { readBody } from '../read-body.ts';
import type { BrandProfile, BrandSection } from '../section.ts';
import type { Context } from '../services.ts';
import { kept, keptOf, name, optional, Problems, text } from './body.ts';
import { withSection } from './catalogue.ts';
import { changeSettings } from './change-settings.ts';

const LEVELS = ['Low', 'Medium', 'High'] as const;

/** A level by its name, or by its number from 1. The white list is a text with commas between, or a list. */
export const SettingBody = Type.Object({
  domainWhiteListURLs: optional(
    Type.Union([Type.String({ maxLength: 20_000 }), Type.Array(name(), { maxItems: 100 })]),
  ),
  googleAnalyticsAccount: text(),
  reCaptchaKey: text(),
  coinCurrencyCode: text(),
  cdnURL: text(),
  cdnFolder: text(),
  passwordPolicyLevel: optional(Type.Enum([...LEVELS, 1, 2, 3])),
});
type SettingBody = Static<typeof SettingBody>;

export const ProfileBody = Type.Object({
  slogan: name(),
  logoURL: text(),
  faviconURL: text(),
  // As older clients write them.
  logoUrl: text(),
  faviconUrl: text(),
  primaryColor: text(),
  primaryColorHover: text(),
  secondaryColor: text(),
  tertiaryColor: text(),
});
type ProfileBody = Static<typeof ProfileBody>;

const COLOUR = /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
const COLOURS = ['primaryColor', 'primaryColorHover', 'secondaryColor', 'tertiaryColor'] as const;

/** PUT /brands/{id}/setting, for whoever may change the settings of the brand. What is left out stays. */
export function updateBrandSetting(context: Context): Handler {
  return changingBrand(context, 'update-brand-setting', reader(SettingBody), settingOf);
}

/** PUT /brands/{id}/profile */
export function updateBrandProfile(context: Context): Handler {
  return changingBrand(context, 'update-brand-profile', reader(ProfileBody), (sent, { profile }) => ({
    profile: profileOf(sent, profile),
  }));
}

function changingBrand<T>(
  context: Context,
  name: string,
  body: SchemaReader<T>,
  change: (sent: T, section: BrandSection) => Partial<BrandSection>,
): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    // Another brand is nobody's business here.
    if (idOf(request) !== call.brand.organization.id) throw new Refusal('organization_not_found', 404, NOT_FOUND);
    const sent = readBody(request, body);
    return changeSettings(request, context, call, {
      name,
      needs: ['settings'],
      body: sent,
      change: (catalogue) => withSection(catalogue, change(sent, catalogue.section)),
    });
  };
}

function settingOf(sent: SettingBody, section: BrandSection): Partial<BrandSection> {
  const problems = new Problems();
  const { setting, passwordPolicyLevel } = section;
  const { cdnURL, coinCurrencyCode, domainWhiteListURLs: list } = sent;
  const hosts = list === undefined ? section.domainWhiteListURLs : hostsOf(list);
  if (hosts?.some((url) => brandHost(url) === undefined)) {
    problems.add('domainWhiteListURLs', 'The domainWhiteListURLs must be domains or addresses with commas between.');
  }
  if (cdnURL && parseWebUrl(cdnURL) === null) problems.add('cdnURL', 'The cdnURL must be an http or https URL.');
  if (coinCurrencyCode && !/^[A-Z]{3,10}$/.test(coinCurrencyCode)) {
    problems.add('coinCurrencyCode', 'The coinCurrencyCode must be the code of a currency.');
  }
  problems.throw();
  const level = sent.passwordPolicyLevel ?? passwordPolicyLevel;
  return {
    passwordPolicyLevel: typeof level === 'number' ? (LEVELS[level - 1] ?? passwordPolicyLevel) : level,
    ...(hosts !== undefined && { domainWhiteListURLs: hosts }),
    setting: {
      ...setting,
      ...keptOf(['googleAnalyticsAccount', 'reCaptchaKey', 'cdnURL', 'cdnFolder'], sent, setting),
      currencyCode: kept(coinCurrencyCode, setting.currencyCode),
    },
  };
}

function hostsOf(sent: string | readonly string[] | null): readonly string[] {
  const all = typeof sent === 'string' ? sent.split(/[\s,;]+/) : (sent ?? []);
  return [...new Set(all.filter((url) => url !== ''))];
}

function profileOf(sent: ProfileBody, known: BrandProfile): BrandProfile {
  const problems = new Problems();
  const logoURL = sent.logoURL === undefined ? sent.logoUrl : sent.logoURL;
  const faviconURL = sent.faviconURL === undefined ? sent.faviconUrl : sent.faviconURL;
  for (const [member, url] of Object.entries({ logoURL, faviconURL })) {
    if (url && parseWebUrl(url) === null) problems.add(member, `The ${member} must be an http or https URL.`);
  }
  for (const member of COLOURS) {
    const colour = sent[member];
    if (colour && !COLOUR.test(colour)) problems.add(member, `The ${member} must be three or six hexadecimal digits.`);
  }
  problems.throw();
  return {
    slogan: sent.slogan,
    logoURL: kept(logoURL, known.logoURL),
    faviconURL: kept(faviconURL, known.faviconURL),
    ...keptOf(COLOURS, sent, known),
  };
}
