/** A piece of a page: markup of ours, in which everything from outside is escaped. */
export class Html {
  readonly text: string;

  /** Only for `html` below: the text is taken as it is. */
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Html | null | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The only way to write markup: what is put in is text, escaped for content and quoted attributes alike. */
export function html(markup: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(markup.map((part, at) => (at === 0 ? part : written(contents[at - 1] ?? null) + part)).join(''));
}

function written(content: Content): string {
  if (content === null) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(({ text }) => text).join('');
  return String(content).replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
