const LONG = 1024 * 1024 * 2;

/** Bodies that no operation accepts, whatever it expects; `valid` is one that it does. */
export function badBodies(valid: Readonly<Record<string, unknown>>): [string, string | Uint8Array, number][] {
  const text = JSON.stringify(valid);
  const inside = text.slice(1, -1);
  const with_ = (members: string): string => `{${inside},${members}}`;
  return [
    ['nothing', '', 400],
    ['broken JSON', text.slice(0, -1), 400],
    ['text after the end', `${text}x`, 400],
    ['an array', `[${text}]`, 400],
    ['a string', '"Successful"', 400],
    ['null', 'null', 400],
    ['a duplicate member', with_('"userid":"other"'), 400],
    ['a duplicate unknown member', with_('"x":1,"x":2'), 400],
    ['a duplicate spelt with an escape', with_('"user\\u0069d":"other"'), 400],
    ['a lone surrogate', with_('"x":"\\ud800"'), 400],
    ['a NUL', with_('"x":"a\\u0000b"'), 400],
    ['a NUL in a known member', JSON.stringify({ ...valid, firstname: 'a\0b' }), 400],
    ['a lone surrogate in a known member', text.replace(/"firstname":"[^"]*"/, '"firstname":"a\\udc00"'), 400],
    ['invalid UTF-8', Buffer.concat([Buffer.from(`{${inside},"x":"`), Buffer.from([0xff]), Buffer.from('"}')]), 400],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]), 400],
    ['deep nesting', with_(`"x":${'['.repeat(5000)}${']'.repeat(5000)}`), 400],
    ['a number beyond a double', with_('"x":1e999'), 400],
    ['2 MB', with_(`"x":"${'a'.repeat(LONG)}"`), 413],
  ];
}

/** Values that are not texts. */
export const NOT_TEXT: readonly unknown[] = [1, true, [], {}, ['a'], { value: 'a' }];
