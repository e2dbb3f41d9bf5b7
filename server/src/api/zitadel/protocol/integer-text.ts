/** More than any integer of 64 bits has. */
const MAX_DIGITS = 20;
const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** A JSON number's text as an integer without fraction and exponent, or undefined when it is none. */
export function integerText(text: string): string | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+(?=.)/, '');
  if (digits === '0') return '0';
  const shift = Number(exponent) - fraction.length;
  if (digits.length + shift > MAX_DIGITS) return undefined;
  if (shift >= 0) return sign + digits + '0'.repeat(shift);
  const kept = digits.slice(0, shift);
  return kept === '' || /[^0]/.test(digits.slice(kept.length)) ? undefined : sign + kept;
}
