import Type, { type TProperties } from 'typebox';

/**
 * Patterns of setup values, each with the words that an error uses for it. Secrets travel in HTTP headers, so they are
 * visible ASCII.
 */
export const PATTERNS = {
  '^[!-~]+$': 'visible ASCII characters without spaces',
  '^[!-9;-~]+$': 'visible ASCII characters without spaces and colons',
  '^[!-~]+( [!-~]+)*$': 'visible ASCII characters with single spaces in between',
  '^[^\\s@]+@[^\\s@]+$': 'an e-mail address',
  '^\\+[1-9][0-9]{3,14}$': 'a phone number in international form, such as +12025550143',
  '^[A-Z_]+\\.[A-Z_]+$': 'a permission code such as USER.READ',
  '^[A-Z]{3}$': 'an ISO 4217 currency code such as USD',
  '^https?://.+$': 'an absolute http or https address',
  '^whsec_[A-Za-z0-9+/]+={0,2}$': 'whsec_ and bytes in base64,',
  '^[a-zA-Z0-9._-]+$': 'a name of letters, digits, dots, dashes and underscores',
  '^[A-Za-z_][A-Za-z0-9_]*$': 'the name of an environment variable',
  '^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?\\.)*[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$': 'a domain name',
} as const;
export type Pattern = keyof typeof PATTERNS;

/** An object without other members than these. */
export function members<P extends TProperties>(properties: P, description?: string) {
  return Type.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });
}

/** Lengths count code points. */
export function text(description: string, options: { max?: number; pattern?: Pattern } = {}) {
  const { max = 200, pattern } = options;
  return Type.String({ description, minLength: 1, maxLength: max, ...(pattern === undefined ? {} : { pattern }) });
}

export const SECRET_PATTERN: Pattern = '^[!-~]+$';

/** A string, or the name of the environment variable that holds it. */
export function secret(description: string, pattern?: Pattern, max = 200) {
  return Type.Union(
    [
      Type.String({ minLength: 1, maxLength: max, ...(pattern === undefined ? {} : { pattern }) }),
      members({ env: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' satisfies Pattern }) }),
    ],
    { description },
  );
}
