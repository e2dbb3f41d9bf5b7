import { describe, expect, it } from 'vitest';
import { localPartsOf } from './envelope.ts';

describe('what stands before the @', () => {
  it.each([
    ['sam@acme.test', ['sam', 'sam']],
    ['"sam sample"@acme.test', ['"sam sample"', 'sam sample']],
    ['"a\\"b c"@acme.test', ['"a\\"b c"', 'a"b c']],
  ])('of %s is told as it is written and without quotes', (address, parts) => {
    expect(localPartsOf(address)).toEqual(parts);
  });
});
