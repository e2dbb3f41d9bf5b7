const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** Reads a time in UTC by ISO 8601, such as `2024-01-01T00:00:00.000Z`, as epoch milliseconds, or answers `null`. */
export function parseUtcTime(text: string): number | null {
  if (!TIME.test(text)) return null;
  const time = Date.parse(text);
  // A thirtieth of February would be some other day.
  return !Number.isNaN(time) && utcTime(time).slice(0, 19) === text.slice(0, 19) ? time : null;
}

/** Epoch milliseconds as ISO 8601 in UTC with milliseconds. */
export function utcTime(time: number): string {
  return new Date(time).toISOString();
}
