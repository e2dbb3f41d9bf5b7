/**
 * Whether `text` can name a time zone: up to 64 ASCII letters, digits and `_ / + -`. All IANA names fit; other ids are
 * opaque and given back as they came.
 */
export function isTimeZoneId(text: string): boolean {
  return /^[A-Za-z0-9_/+-]{1,64}$/.test(text);
}
