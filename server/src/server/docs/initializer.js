// The documents are the links of the page, which also work where scripts do not.
const links = [...document.querySelectorAll('#documents a')];

globalThis.SwaggerUIBundle({
  dom_id: '#reference',
  urls: links.map((link) => ({ name: link.textContent, url: link.href })),
  presets: [globalThis.SwaggerUIBundle.presets.apis, globalThis.SwaggerUIStandalonePreset],
  // The logo of its makers brings a style of its own, which the page may not have.
  plugins: [() => ({ components: { Logo: () => null } })],
  layout: 'StandaloneLayout',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  // Nothing is sent to other hosts, such as those that judge documents.
  validatorUrl: null,
});
