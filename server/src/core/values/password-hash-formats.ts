import type { HashScheme, PasswordHash } from './password-hash-schemes.ts';

/** How one spelling of a scheme is recognised and read. */
interface HashFormat {
  readonly scheme: HashScheme;
  /** Decides that a text claims to be of this format. */
  readonly prefix: RegExp;
  /** Returns nothing when the text breaks the format. */
  readonly parse: (encoded: string) => PasswordHash | undefined;
}

/** The alphabet of `crypt(3)`: the position of a character is its value. */
const CRYPT_ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const BCRYPT = /^\$(?<variant>2[aby])\$(?<cost>\d{2})\$(?<salt>[./A-Za-z0-9]{22})(?<digest>[./A-Za-z0-9]{31})$/;
const ARGON2 =
  /^\$(?<variant>argon2id?)\$(?:v=(?<version>16|19)\$)?m=(?<memory>\d+),t=(?<passes>\d+),p=(?<lanes>\d+)\$(?<salt>[A-Za-z0-9+/]+)={0,2}\$(?<digest>[A-Za-z0-9+/]+)={0,2}$/;
const SCRYPT_PHC =
  /^\$(?:scrypt|7)\$ln=(?<logN>\d+),r=(?<r>\d+),p=(?<p>\d+)\$(?<salt>[A-Za-z0-9+/]+)={0,2}\$(?<digest>[A-Za-z0-9+/]+)={0,2}$/;
const SCRYPT_CRYPT =
  /^\$7\$(?<logN>[./0-9A-Za-z])(?<r>[./0-9A-Za-z]{5})(?<p>[./0-9A-Za-z]{5})(?<salt>[!-#%-~]+)\$(?<digest>[./0-9A-Za-z]{43})$/;
const PBKDF2 =
  /^\$pbkdf2(?:-(?<digestName>sha224|sha256|sha384|sha512))?\$(?<rounds>\d+)\$(?<salt>[A-Za-z0-9+./]+)={0,2}\$(?<digest>[A-Za-z0-9+./]+)={0,2}$/;
const SHA2 = /^\$(?<family>[56])\$(?:rounds=(?<rounds>\d+)\$)?(?<salt>[!-#%-~]{0,16})\$(?<digest>[./0-9A-Za-z]+)$/;
const PHPASS = /^\$[PH]\$(?<count>[./0-9A-Za-z])(?<salt>[!-#%-~]{8})(?<digest>[./0-9A-Za-z]{22})$/;
const DRUPAL7 = /^\$S\$(?<count>[./0-9A-Za-z])(?<salt>[!-#%-~]{8})(?<digest>[./0-9A-Za-z]{43})$/;
const MD5_CRYPT = /^\$1\$(?<salt>[!-#%-~]{0,8})\$(?<digest>[./0-9A-Za-z]{22})$/;
const MD5_SALTED = /^\$md5salted-(?<position>prefix|suffix)\$(?<salt>[^$]+)\$(?<digest>[A-Za-z0-9+/]{22})(?:==)?$/;

/** The named groups of a match; a group that took no part is empty text. */
function groupsOf(pattern: RegExp, encoded: string): Readonly<Record<string, string>> | undefined {
  const groups = pattern.exec(encoded)?.groups;
  return groups && Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, value ?? '']));
}

const text = (groups: Readonly<Record<string, string>>, name: string): string => groups[name] ?? '';

/** Bytes in unpadded base64 text; -1 for a length no base64 has. */
function base64Bytes(value: string): number {
  return value.length % 4 === 1 ? -1 : Math.floor((value.length * 3) / 4);
}

/** A salt may be short, but a digest under 12 bytes could be met by chance. */
function hasBytes(salt: string, digest: string, minSalt: number): boolean {
  const [saltBytes, digestBytes] = [base64Bytes(salt), base64Bytes(digest)];
  return saltBytes >= minSalt && saltBytes <= 64 && digestBytes >= 12 && digestBytes <= 64;
}

/** Reads crypt's little-endian base-64 number, as `$7$` spells its parameters. */
function cryptNumber(value: string): number {
  return [...value].reduceRight((sum, character) => sum * 64 + CRYPT_ALPHABET.indexOf(character), 0);
}

const BCRYPT_VARIANTS = ['2a', '2b', '2y'] as const;

function parseBcrypt(encoded: string): PasswordHash | undefined {
  const groups = groupsOf(BCRYPT, encoded);
  if (groups === undefined) return undefined;
  const variant = BCRYPT_VARIANTS.find((name) => name === groups.variant);
  if (variant === undefined) return undefined;
  const [salt, digest] = [text(groups, 'salt'), text(groups, 'digest')];
  return { scheme: 'bcrypt', params: { variant, cost: Number(groups.cost), salt, digest } };
}

function parseArgon2(encoded: string): PasswordHash | undefined {
  const groups = groupsOf(ARGON2, encoded);
  if (groups === undefined) return undefined;
  const [salt, digest] = [text(groups, 'salt'), text(groups, 'digest')];
  if (!hasBytes(salt, digest, 8)) return undefined;
  return {
    scheme: 'argon2',
    params: {
      variant: groups.variant === 'argon2i' ? 'argon2i' : 'argon2id',
      // Strings from before version 1.3 carry no version.
      version: groups.version === '19' ? 19 : 16,
      memory: Number(groups.memory),
      passes: Number(groups.passes),
      lanes: Number(groups.lanes),
      salt,
      digest,
    },
  };
}

function parseScrypt(encoded: string): PasswordHash | undefined {
  const phc = groupsOf(SCRYPT_PHC, encoded);
  if (phc !== undefined) {
    const [salt, digest] = [text(phc, 'salt'), text(phc, 'digest')];
    if (!hasBytes(salt, digest, 1)) return undefined;
    const cost = { logN: Number(phc.logN), r: Number(phc.r), p: Number(phc.p) };
    return { scheme: 'scrypt', params: { encoding: 'phc', ...cost, salt, digest } };
  }
  const crypt = groupsOf(SCRYPT_CRYPT, encoded);
  if (crypt === undefined) return undefined;
  const [logN, r, p] = ['logN', 'r', 'p'].map((name) => cryptNumber(text(crypt, name)));
  if (logN === undefined || r === undefined || p === undefined) return undefined;
  const [salt, digest] = [text(crypt, 'salt'), text(crypt, 'digest')];
  return { scheme: 'scrypt', params: { encoding: 'crypt', logN, r, p, salt, digest } };
}

const PBKDF2_DIGESTS = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;

function parsePbkdf2(encoded: string): PasswordHash | undefined {
  const groups = groupsOf(PBKDF2, encoded);
  if (groups === undefined) return undefined;
  const digestName = PBKDF2_DIGESTS.find((name) => name === groups.digestName) ?? 'sha1';
  // passlib writes `.` where base64 has `+`; both are met in the wild.
  const [salt, digest] = [text(groups, 'salt').replaceAll('.', '+'), text(groups, 'digest').replaceAll('.', '+')];
  if (!hasBytes(salt, digest, 1)) return undefined;
  return { scheme: 'pbkdf2', params: { digestName, rounds: Number(groups.rounds), salt, digest } };
}

function parseSha2(encoded: string): PasswordHash | undefined {
  const groups = groupsOf(SHA2, encoded);
  if (groups === undefined) return undefined;
  const digestName = groups.family === '5' ? 'sha256' : 'sha512';
  const digest = text(groups, 'digest');
  if (digest.length !== (digestName === 'sha256' ? 43 : 86)) return undefined;
  const rounds = groups.rounds === '' ? 5000 : Number(groups.rounds);
  return { scheme: 'sha2', params: { digestName, rounds, salt: text(groups, 'salt'), digest } };
}

function parseIterated(scheme: 'phpass' | 'drupal7', pattern: RegExp, encoded: string): PasswordHash | undefined {
  const groups = groupsOf(pattern, encoded);
  if (groups === undefined) return undefined;
  const logRounds = cryptNumber(text(groups, 'count'));
  return { scheme, params: { logRounds, salt: text(groups, 'salt'), digest: text(groups, 'digest') } };
}

function parseMd5Crypt(encoded: string): PasswordHash | undefined {
  const groups = groupsOf(MD5_CRYPT, encoded);
  return groups && { scheme: 'md5', params: { salt: text(groups, 'salt'), digest: text(groups, 'digest') } };
}

function parseMd5Salted(encoded: string): PasswordHash | undefined {
  const groups = groupsOf(MD5_SALTED, encoded);
  if (groups === undefined) return undefined;
  const position = groups.position === 'prefix' ? 'prefix' : 'suffix';
  return { scheme: 'md5salted', params: { position, salt: text(groups, 'salt'), digest: text(groups, 'digest') } };
}

/** Every spelling Tessera reads. No two prefixes meet. */
export const HASH_FORMATS: readonly HashFormat[] = [
  { scheme: 'bcrypt', prefix: /^\$2[aby]\$/, parse: parseBcrypt },
  { scheme: 'argon2', prefix: /^\$argon2id?\$/, parse: parseArgon2 },
  { scheme: 'scrypt', prefix: /^\$(?:scrypt|7)\$/, parse: parseScrypt },
  { scheme: 'pbkdf2', prefix: /^\$pbkdf2(?:-sha(?:224|256|384|512))?\$/, parse: parsePbkdf2 },
  { scheme: 'sha2', prefix: /^\$[56]\$/, parse: parseSha2 },
  { scheme: 'phpass', prefix: /^\$[PH]\$/, parse: (encoded) => parseIterated('phpass', PHPASS, encoded) },
  { scheme: 'md5', prefix: /^\$1\$/, parse: parseMd5Crypt },
  {
    scheme: 'md5plain',
    prefix: /^[0-9a-fA-F]{32}$/,
    parse: (encoded) => ({ scheme: 'md5plain', params: { digest: encoded.toLowerCase() } }),
  },
  { scheme: 'md5salted', prefix: /^\$md5salted-(?:prefix|suffix)\$/, parse: parseMd5Salted },
  { scheme: 'drupal7', prefix: /^\$S\$/, parse: (encoded) => parseIterated('drupal7', DRUPAL7, encoded) },
];
