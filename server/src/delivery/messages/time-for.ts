const FORM = {
  year: 'numeric',
  month: 'long',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
} as const satisfies Intl.DateTimeFormatOptions;

/**
 * A time as people write it, with its zone.
 *
 * @param at epoch milliseconds
 * @param zone of the person; UTC where it is unknown or no IANA name
 */
export function timeFor(at: number, locale: string, zone: string | null): string {
  // Its narrow spaces would make a text message twice as long.
  return formatIn(locale, zone).format(at).replaceAll(/\s/g, ' ');
}

function formatIn(locale: string, zone: string | null): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, { ...FORM, timeZone: zone ?? 'UTC' });
  } catch {
    return new Intl.DateTimeFormat(locale, { ...FORM, timeZone: 'UTC' });
  }
}
