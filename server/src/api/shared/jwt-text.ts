const SEGMENT = /^[\w-]+$/;

/**
 * Whether a text is a signed JWT in its one spelling: decoders read past what is no base64url, and past unused bits at
 * the end of a segment.
 */
export function isJwt(text: string): boolean {
  const segments = text.split('.', 4);
  return (
    segments.length === 3 &&
    segments.every(
      (segment) => SEGMENT.test(segment) && Buffer.from(segment, 'base64url').toString('base64url') === segment,
    )
  );
}
