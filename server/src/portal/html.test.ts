import { describe, expect, it } from 'vitest';
import { Html, html } from './html.ts';

describe('html', () => {
  it('given text, when it is put in, then it is escaped for content and for quoted attributes', () => {
    const text = `<b title="x" id='y'>&amp;</b>`;
    expect(html`<p title="${text}">${text}</p>`.text).toBe(
      '<p title="&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;">' +
        '&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;</p>',
    );
  });

  it('given markup of ours, alone or in a list, when it is put in, then it stays markup', () => {
    const items = ['<', '>'].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${items}</ul>${html`<hr>`}`.text).toBe('<ul><li>&lt;</li><li>&gt;</li></ul><hr>');
  });

  it('given nothing, a number or an empty list, when it is put in, then it is written as such', () => {
    expect(html`[${null}|${0}|${''}|${[]}]`.text).toBe('[|0||]');
  });

  it('given text that looks like markup of ours, when it is put in, then it is text all the same', () => {
    const sent = JSON.parse('{"text":"<script>"}') as Html;
    // What is no text by its type is a fault of ours, and never markup.
    expect(() => html`${sent}`).toThrow();
    expect(new Html('<b>').text).toBe('<b>');
  });
});
