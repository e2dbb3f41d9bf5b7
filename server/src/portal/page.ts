import type { Answer } from '../api/shared/answer.ts';
import { type Content, html } from './html.ts';
import { STYLE } from './style.ts';
import type { NoticeName, Texts } from './texts.ts';

interface PageOptions {
  /** Of the window; the heading is part of the content. */
  readonly title: string;
  readonly content: Content;
  /** Further elements of the head. */
  readonly head?: Content;
}

/** A whole page as an answer. */
export function page(status: number, { language }: Texts, { title, content, head = null }: PageOptions): Answer {
  const { text } = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
${head}${STYLE}
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
  return { status, headers: { 'content-language': language }, body: text };
}

/** A page with nothing but a message. */
export function noticePage(status: number, texts: Texts, name: NoticeName): Answer {
  const { title, text } = texts.notices[name];
  return page(status, texts, { title, content: html`<h1>${title}</h1>\n<p>${text}</p>` });
}

/**
 * Leads to the page by itself, without a script. A redirect would not do: browsers keep back a strict cookie from a
 * request that another site began, and so from whatever that is redirected to.
 */
export function openingPage(texts: Texts): Answer {
  const { title, text } = texts.opening;
  return page(200, texts, {
    title,
    head: html`<meta http-equiv="refresh" content="0; url=portal">\n`,
    content: html`<h1>${title}</h1>\n<p><a href="portal">${text}</a></p>`,
  });
}
