import { PNG } from 'pngjs';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { MOST_QR_BYTES, qrDataUri } from './qr-image.ts';

/** What a camera would read off the image. */
function read(dataUri: string): string {
  const [head = '', body = ''] = dataUri.split(',');
  expect(head).toBe('data:image/png;base64');
  return decodeQR(PNG.sync.read(Buffer.from(body, 'base64')));
}

describe('a QR image', () => {
  it.each([
    'acme://pair/7d444840-9dc0-11d1-b245-5ffdce74fad2',
    'https://acme.test/p?id=1&x=ü🦊',
    `https://acme.test/${'a'.repeat(600)}`,
  ])('given %s, when it is read, then it is that text', (text) => {
    expect(read(qrDataUri(text))).toBe(text);
  });

  it('given the longest text, then there is an image of it', () => {
    expect(qrDataUri('x'.repeat(MOST_QR_BYTES))).toMatch(/^data:image\/png;base64,/);
  });
});
