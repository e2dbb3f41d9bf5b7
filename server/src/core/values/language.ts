/** The tag of an unknown language. */
export const UNDETERMINED = 'und';

/** No real tag comes near; the engine takes quadratic time for some long ones. */
const LONGEST_TAG = 255;

/**
 * Reads a BCP 47 tag leniently, in any letter case and with `_` for `-`. Answers its canonical form (`DE_ch` gives
 * `de-CH`), or `und` for an empty or unparsable text.
 */
export function parseLanguage(text: string): string {
  if (text.length > LONGEST_TAG) return UNDETERMINED;
  try {
    return Intl.getCanonicalLocales(text.replaceAll('_', '-'))[0] ?? UNDETERMINED;
  } catch {
    return UNDETERMINED;
  }
}

/**
 * A tag shown as language and country, for APIs that know nothing else: `de` gives `de-DE`, `zh-Hant` gives `zh-TW`. A
 * tag without a country gets the one where most of its speakers live, or `ZZ` when there is none. The language has two
 * letters wherever ISO 639-1 knows it.
 */
export function toLocale(tag: string): string {
  const locale = new Intl.Locale(parseLanguage(tag)).maximize();
  const { language } = locale;
  // Regions such as 419 (Latin America) are no countries.
  const country = [locale.region, new Intl.Locale(language).maximize().region].find(hasTwoLetters);
  return `${language}-${country ?? 'ZZ'}`;
}

function hasTwoLetters(region: string | undefined): boolean {
  return region?.length === 2;
}

/** Reads exactly `xx-YY`, ISO 639-1 and ISO 3166-1; `null` for any other form. */
export function parseLocale(text: string): string | null {
  return /^[a-z]{2}-[A-Z]{2}$/.test(text) ? text : null;
}
