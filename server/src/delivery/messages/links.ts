import type { CodeMessage } from '../../core/user/commands.ts';
import {
  CODE_ID,
  parseUrlTemplate,
  renderUrlTemplate,
  type UrlTemplate,
  type UrlTemplateValues,
} from '../../core/values/url-template.ts';

export interface LinkBase {
  /** Of the configuration, without a slash at its end; never what a request says of itself. */
  readonly publicUrl: string;
  /** Whether a message that names no link of its own gets the one to the login pages. */
  readonly hasLoginPages: boolean;
}

export interface CodeLink {
  /** `null` where there is nothing to open. */
  readonly url: string | null;
  /** Where the link carries the code to whoever asked for it, nobody has to type it. */
  readonly needsCode: boolean;
}

const WHOSE: UrlTemplate = [
  { field: 'code' },
  { literal: '&userId=' },
  { field: 'userId' },
  { literal: '&organization=' },
  { field: 'orgId' },
];

/** Where clients of Zitadel expect a mail to lead that names no link: its login pages, under the public URL. */
const LOGIN_PAGES: Readonly<Partial<Record<CodeMessage['kind'], UrlTemplate>>> = {
  verify_email: [{ literal: '/ui/v2/login/verify?code=' }, ...WHOSE],
  invite_user: [{ literal: '/ui/v2/login/verify?invite=true&code=' }, ...WHOSE],
  reset_password: [{ literal: '/ui/v2/login/password/set?code=' }, ...WHOSE],
  register_passkey: [
    { literal: '/ui/v2/login/passkey/set?codeId=' },
    { field: 'codeId' },
    { literal: '&code=' },
    ...WHOSE,
  ],
};

/**
 * The link of a message: the template it came with, or that to the login pages.
 *
 * @throws DomainError `url_template_invalid`
 */
export function linkOf(message: CodeMessage, code: string, { publicUrl, hasLoginPages }: LinkBase): CodeLink {
  const { kind, channel, userId, organizationId, urlTemplate, codeId } = message;
  const values: UrlTemplateValues = { userId, code, orgId: organizationId, ...(codeId !== undefined && { codeId }) };
  if (urlTemplate !== null) {
    const template = parseUrlTemplate(urlTemplate, codeId === undefined ? undefined : CODE_ID);
    const carriesCode = template.some((part) => 'field' in part && part.field === 'code');
    return { url: renderUrlTemplate(template, values), needsCode: !carriesCode };
  }
  const page = channel === 'email' && hasLoginPages ? LOGIN_PAGES[kind] : undefined;
  // The code stands beside it, since nobody knows whether there are such pages.
  return { url: page === undefined ? null : `${publicUrl}${renderUrlTemplate(page, values)}`, needsCode: true };
}
