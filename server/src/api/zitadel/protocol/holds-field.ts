import type { DescField, DescMessage } from '@bufbuild/protobuf';

/** Tells whether a message has such a field, itself or in a message within it. */
export function holdsField(isSuch: (field: DescField) => boolean): (desc: DescMessage) => boolean {
  const known = new WeakMap<DescMessage, boolean>();
  const holds = (desc: DescMessage): boolean => {
    const found = known.get(desc);
    if (found !== undefined) return found;
    // Known before its fields are looked at: a message may embed itself.
    known.set(desc, false);
    const isHeld = desc.fields.some((field) => isSuch(field) || (field.message !== undefined && holds(field.message)));
    known.set(desc, isHeld);
    return isHeld;
  };
  return holds;
}
