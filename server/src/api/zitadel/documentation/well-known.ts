const DIGITS = '^-?[0-9]+';

/** Messages that protobuf JSON writes in a form of their own. */
export const WELL_KNOWN: Readonly<Record<string, Record<string, unknown>>> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Duration': { type: 'string', pattern: `${DIGITS}(\\.[0-9]{1,9})?s$` },
  'google.protobuf.FieldMask': { type: 'string' },
  'google.protobuf.Struct': { type: 'object' },
  'google.protobuf.Value': {},
  'google.protobuf.ListValue': { type: 'array' },
  'google.protobuf.Any': { type: 'object', properties: { '@type': { type: 'string' } }, required: ['@type'] },
};
