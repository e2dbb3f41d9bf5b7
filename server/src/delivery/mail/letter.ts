import type { Note } from '../messages/compose.ts';

export interface Letter {
  readonly text: string;
  readonly html: string;
}

const PAGE = 'margin:0;padding:24px;background:#f4f5f7;color:#1d2129;font:16px/1.5 system-ui,sans-serif';
const CARD = 'max-width:32rem;margin:0 auto;padding:24px 32px;background:#ffffff;border-radius:8px';
const BUTTON =
  'display:inline-block;padding:10px 20px;background:#1f4fd8;color:#ffffff;border-radius:6px;text-decoration:none';
const CODE = 'font:600 24px/1.5 ui-monospace,monospace;letter-spacing:2px';
const SMALL = 'font-size:14px;color:#5a6270';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The same note as plain text and as HTML that loads nothing from anywhere. */
export function letterOf(note: Note): Letter {
  return { text: textOf(note), html: htmlOf(note) };
}

function textOf({ greeting, body, link, codes, until, closing, sender }: Note): string {
  const paragraphs = [
    greeting,
    body,
    ...(link === null ? [] : [`${link.action}:\n${link.url}`]),
    ...(codes.length === 0 ? [] : [codes.map(({ label, value }) => `${label} ${value}`).join('\n')]),
    ...(until === null ? [] : [until]),
    closing,
    sender,
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function htmlOf({ language, subject, greeting, body, link, codes, until, closing, sender }: Note): string {
  const button = (action: string, url: string) =>
    `<p><a href="${escaped(url)}" style="${BUTTON}">${escaped(action)}</a></p>`;
  const code = (label: string, value: string) =>
    `<p>${escaped(label)} <span style="${CODE}">${escaped(value)}</span></p>`;
  return [
    '<!doctype html>',
    `<html lang="${escaped(language)}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escaped(subject)}</title></head>`,
    `<body style="${PAGE}"><div style="${CARD}">`,
    `<p>${escaped(greeting)}</p>`,
    `<p>${escaped(body)}</p>`,
    ...(link === null ? [] : [button(link.action, link.url)]),
    ...codes.map(({ label, value }) => code(label, value)),
    ...(until === null ? [] : [`<p>${escaped(until)}</p>`]),
    `<p style="${SMALL}">${escaped(closing)}</p>`,
    `<p style="${SMALL}">${escaped(sender)}</p>`,
    '</div></body></html>',
    '',
  ].join('\n');
}

/** As text or as the value of an attribute in double quotes. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '');
}
