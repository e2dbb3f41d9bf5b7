import { describe, expect, it } from 'vitest';
import { PAYLOADS, shownText, tagsOf } from '../../../test/support/markup.ts';
import type { Note } from '../messages/compose.ts';
import { letterOf } from './letter.ts';

function note(text: string): Note {
  return {
    language: text,
    sender: text,
    subject: text,
    greeting: text,
    body: text,
    link: { action: text, url: text },
    codes: [{ label: text, value: text }],
    until: text,
    closing: text,
    short: text,
    secret: text,
  };
}

describe('a letter', () => {
  it('says the same as text and as HTML', () => {
    // Given
    const { text, html } = letterOf({
      ...note('x'),
      greeting: 'Hello Sam,',
      body: 'Please confirm.',
      link: { action: 'Verify', url: 'https://a.test/?b=1&c=2' },
      codes: [{ label: 'Code:', value: 'A1B2C3' }],
      until: 'Good until noon.',
      closing: 'Bye.',
      sender: 'Acme',
    });
    // Then
    expect(text).toBe(
      'Hello Sam,\n\nPlease confirm.\n\nVerify:\nhttps://a.test/?b=1&c=2\n\nCode: A1B2C3\n\nGood until noon.\n\nBye.\n\nAcme\n',
    );
    expect(html).toContain('<a href="https://a.test/?b=1&amp;c=2" style=');
    for (const part of ['Hello Sam,', 'Please confirm.', 'Verify', 'A1B2C3', 'Good until noon.', 'Bye.', 'Acme']) {
      expect(html).toContain(`>${part}</`);
    }
  });

  it('loads nothing', () => {
    expect(letterOf(note('x')).html).not.toMatch(/src=|url\(|@import|<link|<script|<img/);
  });

  it.each(PAYLOADS)('shows %s as text, wherever it stands', (payload) => {
    // Given
    const harmless = letterOf(note('x')).html;
    // When
    const { html, text } = letterOf(note(payload));
    // Then
    const quoted = (tag: string) => tag.replaceAll(/(lang|href)="[^"]*"/g, '$1=""');
    expect(tagsOf(html).map(quoted)).toEqual(tagsOf(harmless).map(quoted));
    expect(shownText(html).split(payload)).toHaveLength(12);
    expect(text.split(payload)).toHaveLength(10);
  });
});
