const US_STATES: ReadonlySet<string> = new Set(
  (
    'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR ' +
    'PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP'
  ).split(' '),
);

/** Reads a USPS code of a state, the District of Columbia or an inhabited territory, in any letter case. */
export function parseUsState(text: string): string | null {
  // ASCII first: upper-casing would also turn the dotless `ı` into `I`.
  const code = /^[A-Za-z]{2}$/.test(text) ? text.toUpperCase() : '';
  return US_STATES.has(code) ? code : null;
}
