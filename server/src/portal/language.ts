export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Further entries of a header are not looked at. */
const MOST_ENTRIES = 20;

/**
 * The language to write in: the one that the user prefers where it is one of ours, else that of the browser, else
 * English.
 *
 * @param preferred BCP 47 tag of the record
 */
export function languageOf(acceptLanguage: string | undefined, preferred: string | null = null): Language {
  return ours(preferred ?? '') ?? accepted(acceptLanguage ?? '') ?? 'en';
}

function accepted(header: string): Language | undefined {
  const entries = header.split(',', MOST_ENTRIES).map((entry) => {
    const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim());
    const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
    return { language: ours(tag), quality: quality === undefined ? 1 : Number(quality) };
  });
  const wanted = entries.filter(({ language, quality }) => language !== undefined && quality > 0);
  return wanted.sort((a, b) => b.quality - a.quality)[0]?.language;
}

function ours(tag: string): Language | undefined {
  const [base] = tag.toLowerCase().split(/[-_]/);
  return LANGUAGES.find((language) => language === base);
}
