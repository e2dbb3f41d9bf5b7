const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Encodes bytes as `crypt(3)`, phpass and `$7$` do: groups of three bytes, least significant six bits first. */
export function encodeCrypt64(bytes: Uint8Array): string {
  let encoded = '';
  for (let start = 0; start < bytes.length; start += 3) {
    const group = bytes.subarray(start, start + 3);
    let value = group.reduceRight((sum, byte) => sum * 256 + byte, 0);
    for (let index = 0; index <= group.length; index++) {
      encoded += ALPHABET.charAt(value & 63);
      value >>= 6;
    }
  }
  return encoded;
}
