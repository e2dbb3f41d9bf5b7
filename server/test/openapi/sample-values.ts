type Samples = Readonly<Record<string, string>>;

/** What stands in examples for values that are others every time, by the name of their member. */
const BY_NAME: Samples = {
  authKey: 'q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6',
  refreshAuthKey: 'z1x2c3v4b5n6m7q8w9e0r1t2y3u4i5o6',
  access_token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzYW1wbGUifQ.c2FtcGxl',
  linktoken: 'bGlua3Rva2VuLXNhbXBsZQ',
  token: 'c2FtcGxlLXRva2Vu',
  correlationId: '3f2504e0-4f89-81d3-8a0c-000000000001',
  referralCode: 'AABAAE',
  qrCodeBase64: 'data:image/png;base64,iVBORw0KGgo=',
  emailCode: 'A1B2C3',
  phoneCode: 'A1B2C3',
  verificationCode: 'A1B2C3',
  otp: '123456',
  challenge: 'Y2hhbGxlbmdlLXNhbXBsZQ',
  rawId: 'Y3JlZGVudGlhbC1zYW1wbGU',
  clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0',
  attestationObject: 'o2NmbXRkbm9uZQ',
  publicKey: 'LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0K',
  kid: 'a2V5LXNhbXBsZQ',
  n: 'bW9kdWx1cy1zYW1wbGU',
};

/** The same where it holds for some operations alone, whose names these are found in. */
const BY_OPERATION: readonly (readonly [string, Samples])[] = [
  ['/passwordless/otp', { code: 'A1B2C3' }],
  ['/totp/verify', { code: '123456' }],
];

/** Texts by what they look like: ids, times, secrets, and what test cases make up so that it is nobody else's. */
const PATTERNS: readonly (readonly [RegExp, (count: number) => string])[] = [
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, (n) => `7c9e6679-7425-40de-944b-e07fc1f9${pad(n, 4)}`],
  // Times that requests name are at the beginning or the end of a day.
  [
    /\b\d{4}-\d\d-\d\dT(?!(?:00:00:00|23:59:59)(?:\.000)?Z)\d\d:\d\d:\d\d(?:\.\d+)?Z/g,
    () => '2026-01-15T09:30:00.000Z',
  ],
  [/\b(?!3000000000000000|4000000000000000|2000000000000000)\d{18}\b/g, (n) => `3123456789012345${pad(n, 2)}`],
  [/\b(?=[0-9a-f]*[a-f])[0-9a-f]{18}\b/g, (n) => `0a1b2c3d4e5f60${pad(n, 4)}`],
  [/\b[0-9A-F]{20}\b/g, (n) => `AABA24461C0E194BEF${pad(n, 2)}`],
  [/^(?:[MNO][A-Za-z][A-Za-z0-9]{2}){6}$/g, () => 'MzEyMzQ1Njc4OTAxMjM0NTAx'],
  [/^[\w-]{43}$/g, () => 'Y3JlZGVudGlhbC1zYW1wbGU'],
  [/^[\w-]{100,}$/g, () => 'c2FtcGxlLXRva2Vu'],
  [/\b[A-Z2-7]{32}\b/g, () => 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'],
  [/^[A-Z0-9]{5}-[A-Z0-9]{5}$/g, (n) => `A1B2C-D3E${pad(n, 2)}`],
  [/\btessera_[a-z]+_[0-9a-f]{64}\b/g, () => 'tessera_sample_0a1b2c3d4e5f'],
  [/http:\/\/127\.0\.0\.1:\d+/g, () => 'https://id.example.com'],
  [/\bminnie\.[\d.]+@mouse\.test\b/g, (n) => `user${n}@example.com`],
  [/\+1\d{3}2\d{6}\b/g, (n) => `+120255501${pad(n, 2)}`],
  [/\b31[23]\d{7}\b/g, (n) => `20255501${pad(n, 2)}`],
  [/\bword\d+\b/g, (n) => `sample${n}`],
  [/-n\d+\b/g, () => ''],
  [/\bx\.test\b/g, () => 'example.com'],
];

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}

/**
 * Puts fixed values in the place of those that are others every time. What is the same in one example stays the same: an
 * id in the path is that in the answer.
 */
export class SampleValues {
  readonly #byName: Samples;
  readonly #samples = new Map<string, string>();
  readonly #counts = new Map<RegExp, number>();

  /** @param operation method and path of what is shown */
  constructor(operation = '') {
    const more = BY_OPERATION.filter(([part]) => operation.includes(part)).map(([, samples]) => samples);
    this.#byName = Object.assign({}, BY_NAME, ...more);
  }

  of(value: unknown, name = ''): unknown {
    if (typeof value === 'string') return this.#text(value, name);
    if (Array.isArray(value)) return value.map((item) => this.of(item, name));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.of(inner, key)]));
  }

  #text(text: string, name: string): string {
    const byName = Object.hasOwn(this.#byName, name) ? this.#byName[name] : undefined;
    if (byName !== undefined && text !== '') return byName;
    return PATTERNS.reduce(
      (next, [pattern, sample]) => next.replaceAll(pattern, (found) => this.#sample(found, pattern, sample)),
      text,
    );
  }

  #sample(found: string, pattern: RegExp, sample: (count: number) => string): string {
    const known = this.#samples.get(found);
    if (known !== undefined) return known;
    const count = (this.#counts.get(pattern) ?? 0) + 1;
    this.#counts.set(pattern, count);
    const made = sample(count);
    this.#samples.set(found, made);
    // A value that is a sample already stands for itself.
    this.#samples.set(made, made);
    return made;
  }
}
