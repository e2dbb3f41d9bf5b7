import { hash } from 'node:crypto';
import { Html } from './html.ts';

const CSS = `
:root { color: #1b1b1f; background: #f3f4f7; font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
* { box-sizing: border-box; }
body { margin: 0; }
main { max-width: 40rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
h1 { margin: 0 0 .25rem; font-size: 1.75rem; line-height: 1.25; }
h2, legend { margin: 0; padding: 0; font-size: 1.125rem; font-weight: 600; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
a { color: #0b4fb3; }
fieldset { min-width: 0; margin: 0 0 1rem; padding: 1.25rem 1.25rem .5rem; border: 1px solid #d3d6de; border-radius: .75rem; background: #fff; }
legend { float: left; width: 100%; margin-bottom: .75rem; }
legend + * { clear: both; }
.pair { display: grid; gap: 0 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); }
.field { min-width: 0; margin-bottom: 1rem; }
label { display: block; margin-bottom: .25rem; font-weight: 500; }
input, select { display: block; width: 100%; min-height: 2.75rem; padding: .5rem .75rem; border: 1px solid #767b87; border-radius: .5rem; background: #fff; color: inherit; font: inherit; }
:is(input, select, button, a, [tabindex]):focus-visible { outline: 3px solid #0b4fb3; outline-offset: 2px; }
.hint, .stored { margin: .25rem 0 0; color: #53575f; font-size: .875rem; }
.stored { color: #6a3d00; }
.error { margin: .25rem 0 0; color: #a8071a; font-size: .875rem; font-weight: 600; }
[aria-invalid="true"] { border: 2px solid #a8071a; }
.box { margin: 1rem 0; padding: 1rem 1.25rem; border: 1px solid; border-left-width: .375rem; border-radius: .5rem; background: #fff; }
.box p, .box ul { margin: .25rem 0 0; }
.box ul { padding-left: 1.25rem; }
.bad { border-color: #a8071a; }
.good { border-color: #1a6b35; }
button { min-height: 2.75rem; padding: .5rem 1.5rem; border: 1px solid #0b4fb3; border-radius: .5rem; background: #0b4fb3; color: #fff; font: inherit; font-weight: 600; cursor: pointer; }
button:hover { background: #083f90; }
.end { margin-top: 1.5rem; padding-top: 1.5rem; border-top: 1px solid #d3d6de; }
.end button { background: transparent; color: #0b4fb3; }
.end button:hover { background: #e4ebf7; }
`;

/** In the page itself, so that a page is one request. */
export const STYLE = new Html(`<style>${CSS}</style>`);

/** No script, image, frame or font, no style but ours, and forms that lead nowhere else. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', CSS, 'base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');
