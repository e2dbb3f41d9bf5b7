/** A fault of a JSON text. Line and column count from 1; the message never quotes the text, which may hold secrets. */
export class JsonError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, text: string, offset: number) {
    super(message);
    this.line = text.slice(0, offset).split('\n').length;
    this.column = offset - text.lastIndexOf('\n', offset - 1);
  }
}

const BLANK = /[ \t\n\r]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
const MAX_DEPTH = 64;

/**
 * Parses JSON. Unlike `JSON.parse` it refuses a member that is named twice, of which one would silently win, and always
 * says where a fault is. Throws `JsonError`.
 */
export function parseJson(text: string): unknown {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
    this.#take(BLANK);
  }

  value(depth: number): unknown {
    if (depth > MAX_DEPTH) {
      this.#fail('is nested too deeply');
    }
    switch (this.#text[this.#offset]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string('a string');
      default:
        return JSON.parse(this.#take(SCALAR) ?? this.#fail('does not hold a JSON value'));
    }
  }

  end(): void {
    if (this.#offset < this.#text.length) {
      this.#fail('has something after the end of the value');
    }
  }

  #object(depth: number): object {
    const entries = new Map<string, unknown>();
    this.#items('}', () => {
      const start = this.#offset;
      const name = this.#string('a member name in double quotes');
      if (entries.has(name)) {
        throw new JsonError(`repeats the member ${JSON.stringify(name)}`, this.#text, start);
      }
      this.#expect(':');
      entries.set(name, this.value(depth + 1));
    });
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown[] {
    const elements: unknown[] = [];
    this.#items(']', () => elements.push(this.value(depth + 1)));
    return elements;
  }

  #items(close: string, item: () => void): void {
    this.#skip(1);
    if (this.#text[this.#offset] === close) {
      this.#skip(1);
      return;
    }
    item();
    while (this.#text[this.#offset] === ',') {
      this.#skip(1);
      item();
    }
    this.#expect(close, ',');
  }

  #string(what: string): string {
    const start = this.#offset;
    const literal = this.#take(STRING);
    try {
      return literal === undefined ? this.#fail(`does not hold ${what}`) : JSON.parse(literal);
    } catch (error) {
      throw error instanceof SyntaxError
        ? new JsonError('holds a string with a bad escape or a control character', this.#text, start)
        : error;
    }
  }

  #expect(sign: string, alternative?: string): void {
    if (this.#text[this.#offset] !== sign) {
      const expected = [alternative, sign].filter((one) => one !== undefined).map((one) => JSON.stringify(one));
      this.#fail(`does not hold the expected ${expected.join(' or ')}`);
    }
    this.#skip(1);
  }

  #skip(count: number): void {
    this.#offset += count;
    this.#take(BLANK);
  }

  /** Takes what matches here, and the blanks after it. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const [match] = pattern.exec(this.#text) ?? [];
    if (match !== undefined) {
      this.#offset += match.length;
      BLANK.lastIndex = this.#offset;
      this.#offset += BLANK.exec(this.#text)?.[0].length ?? 0;
    }
    return match;
  }

  #fail(message: string): never {
    const ended = this.#offset >= this.#text.length;
    throw new JsonError(ended ? 'ends too early' : message, this.#text, this.#offset);
  }
}
