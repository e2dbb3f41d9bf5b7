/** Name of the section by which an organization switches this dialect on. Elsewhere its users are missing ones. */
export const SECTION = 'zitadel';
