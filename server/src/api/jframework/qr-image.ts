import { PNG } from 'pngjs';
import { encodeQR } from 'qr';

/** Most bytes of text: twenty below what an image of this correction can hold. */
export const MOST_QR_BYTES = 2300;

/** Of white modules around the code, as the standard asks for, and of pixels for each module. */
const QUIET_ZONE = 4;
const PIXELS = 4;
const WHITE = 0xff;
/** One byte for each pixel. */
const GREY = { colorType: 0, inputColorType: 0, bitDepth: 8, inputHasAlpha: false } as const;

/** A QR code of the text as a `data:` URI of a PNG image. */
export function qrDataUri(text: string): string {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE, scale: PIXELS });
  const png = new PNG({ ...GREY, width: modules.length, height: modules.length });
  png.data = Buffer.from(modules.flatMap((row) => row.map((isDark) => (isDark ? 0 : WHITE))));
  return `data:image/png;base64,${PNG.sync.write(png, GREY).toString('base64')}`;
}
