import type { DescField, DescMessage, DescOneof } from '@bufbuild/protobuf';

const LOWER = /[a-z]/;
const DIGIT = /[0-9]/;

/** The exported Go identifier of a proto name, as Go's protobuf generator forms it: `u2f_id` gives `U2FId`. */
export function goName(name: string): string {
  let go = '';
  let capitalize = true;
  for (let i = 0; i < name.length; i++) {
    const char = name.charAt(i);
    const next = name.charAt(i + 1);
    if (char === '_' && LOWER.test(next)) {
      // A leading underscore cannot start an exported identifier.
      if (i === 0) go += 'X';
      capitalize = true;
    } else if (char === '_' && i === 0) {
      go += 'X';
    } else if (DIGIT.test(char)) {
      go += char;
      capitalize = true;
    } else {
      go += capitalize ? char.toUpperCase() : char;
      capitalize = !LOWER.test(next);
    }
  }
  return go;
}

/** The Go field that holds a proto field or oneof: `user_id` gives `UserId`. */
export function goFieldName(member: DescField | DescOneof): string {
  return goName(member.name);
}

/** The Go type of a message; nested ones carry their parent's name: `UpdateUserRequest_Human`. */
export function goTypeName(message: DescMessage): string {
  const own = goName(message.name);
  return message.parent === undefined ? own : `${goTypeName(message.parent)}_${own}`;
}
