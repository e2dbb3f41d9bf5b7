import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors.ts';
import { CODE_ID, parseUrlTemplate, renderUrlTemplate } from './url-template.ts';

const values = { userId: '163', code: 'A1B2C3', orgId: '69' };

function refusal(text: string): unknown {
  try {
    parseUrlTemplate(text);
  } catch (error) {
    return error instanceof DomainError && [error.reason, error.details.field];
  }
  return 'accepted';
}

describe('url template', () => {
  it.each([
    [
      'https://example.com/verify?userID={{.UserID}}&code={{.Code}}&orgID={{.OrgID}}',
      'https://example.com/verify?userID=163&code=A1B2C3&orgID=69',
    ],
    ['https://example.com/{{ .Code }}/{{\t.Code\t}}', 'https://example.com/A1B2C3/A1B2C3'],
    ['https://example.com/{{.Code}}{{.UserID}}', 'https://example.com/A1B2C3163'],
    ['https://example.com/#{{.Code}}', 'https://example.com/#A1B2C3'],
    ['https://example.com', 'https://example.com'],
    ['http://localhost:3000/{{.Code}}', 'http://localhost:3000/A1B2C3'],
    ['http://app.localhost/{{.Code}}', 'http://app.localhost/A1B2C3'],
    ['http://127.0.0.1/{{.Code}}', 'http://127.0.0.1/A1B2C3'],
    ['http://[::1]:80/{{.Code}}', 'http://[::1]:80/A1B2C3'],
    // only the documented placeholders mean anything
    ['https://example.com/$\u007b7*7}{x}}}', 'https://example.com/$\u007b7*7}{x}}}'],
  ])('renders %s', (template, link) => {
    expect(renderUrlTemplate(parseUrlTemplate(template), values)).toBe(link);
  });

  it('knows the id of a code only where there is one', () => {
    const text = 'https://example.com/{{.CodeID}}/{{.Code}}';
    const link = renderUrlTemplate(parseUrlTemplate(text, CODE_ID), { ...values, codeId: '1/2' });
    expect(link).toBe('https://example.com/1%2F2/A1B2C3');
    expect(refusal(text)).toEqual(['url_template_invalid', 'render']);
  });

  it('encodes values and never reads them as a template', () => {
    const template = parseUrlTemplate('https://example.com/{{.UserID}}?c={{.Code}}');
    const link = renderUrlTemplate(template, { ...values, userId: "../{{.Code}}/'é'", code: '1&x=(2)#*\ud800' });
    expect(link).toBe('https://example.com/..%2F%7B%7B.Code%7D%7D%2F%27%C3%A9%27?c=1%26x%3D%282%29%23%2A%EF%BF%BD');
  });

  it.each([
    'https://example.com/{{.Code',
    'https://example.com/{{',
    'https://example.com/{{}}',
    'https://example.com/{{.}}',
    'https://example.com/{{Code}}',
    'https://example.com/{{7*7}}',
    'https://example.com/{{range}}',
    'https://example.com/{{.Code | html}}',
    'https://example.com/{{- .Code -}}',
    'https://example.com/{{{.Code}}}',
    'https://example.com/{{. Code}}',
    'https://example.com/{{.Foo}}/{{',
    "https://example.com/{{constructor.constructor('return process')()}}",
    'https://example.com/<%=7*7%>',
    'https://example.com/{{\n.Code}}',
    'https://example.com/\n{{.Code}}',
    'https://example.com/ {{.Code}}',
    '',
    '{{.Code}}',
    '/verify?code={{.Code}}',
    '//evil.test/{{.Code}}',
    'http://example.com/{{.Code}}',
    'http://localhost.evil.test/{{.Code}}',
    'http://127.0.0.1.evil.test/{{.Code}}',
    'javascript:alert({{.Code}})',
    'javascript://localhost/%0aalert(1)',
    'https://user:pass@example.com/{{.Code}}',
    'https://example.com\\@evil.test/{{.Code}}',
    'https://exаmple.com/{{.Code}}',
    'https://{{.OrgID}}.example.com/{{.Code}}',
    'https://example.com{{.UserID}}/{{.Code}}',
    'https://example.com:{{.Code}}/',
    'https:{{.Code}}',
  ])('refuses to parse %j', (template) => {
    expect(refusal(template)).toEqual(['url_template_invalid', 'parse']);
  });

  it.each(['{{.Foo}}', '{{ .userID }}', '{{.UserID.Length}}', '{{.constructor}}', '{{.__proto__}}'])(
    'refuses to render the unknown field of %s',
    (action) => {
      expect(refusal(`https://example.com/${action}`)).toEqual(['url_template_invalid', 'render']);
    },
  );

  it('finishes on long hostile texts', () => {
    for (const unit of ['{{', '{{.', '{', '{{.a', '}}', '{{ ', ' ', '{{.Code}}', '{{.a.a']) {
      const text = unit.repeat(100_000 / unit.length);
      expect(refusal(text)).toEqual(['url_template_invalid', 'parse']);
      expect(refusal(`https://example.com/${text}`)).toEqual(['url_template_invalid', 'parse']);
      expect(refusal(`https://example.com/{{${text}}}`)).toEqual(['url_template_invalid', 'parse']);
    }
  });
});
