import type { Clock } from '../../app/ports/clock.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { CodeMessage, Message, StateMessage } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { wordingFor } from './languages/index.ts';
import { type LinkBase, linkOf } from './links.ts';
import { oneLine } from './one-line.ts';
import { timeFor } from './time-for.ts';
import type { Wording } from './wording.ts';

/** What a message says, in plain text, before it is laid out. No part of it has line breaks. */
export interface Note {
  /** BCP 47. */
  readonly language: string;
  /** In whose name it is written. */
  readonly sender: string;
  readonly subject: string;
  readonly greeting: string;
  readonly body: string;
  readonly link: { readonly action: string; readonly url: string } | null;
  /** What is to be typed, each with what it is; none where the link carries it. */
  readonly codes: readonly { readonly label: string; readonly value: string }[];
  /** How long it is of use. */
  readonly until: string | null;
  readonly closing: string;
  /** What it is for, in a few words. */
  readonly short: string;
  /** What nobody but the recipient may see: the code, shown or in the link. */
  readonly secret: string | null;
}

/** Why a message is never sent. */
export interface NotSent {
  readonly refused: string;
}

export interface ComposerOptions {
  readonly secrets: Pick<Secrets, 'open'>;
  readonly clock: Clock;
  /** A record by its id. */
  readonly user: (id: string) => Promise<User | null>;
  /** What people know an organization by. */
  readonly organizationName: (id: string) => string;
  readonly linkBase: () => LinkBase;
}

/** Puts messages into the words of their recipients. The only place where codes that are sent are opened. */
export class Composer {
  readonly #options: ComposerOptions;

  constructor(options: ComposerOptions) {
    this.#options = options;
  }

  /** @throws StoreUnavailable */
  async compose(message: Message): Promise<Note | NotSent> {
    const { clock, user: find, organizationName } = this.#options;
    if ('expiresAt' in message && clock() >= message.expiresAt) return { refused: 'expired' };
    const user = await find(message.userId);
    if (user === null || user.state === 'deleted') return { refused: 'the user is deleted' };
    const wording = wordingFor(user.profile.preferredLanguage);
    const sender = oneLine(organizationName(message.organizationId));
    const common = { language: wording.locale, greeting: wording.greeting(nameOf(user)) };
    return 'sealedCode' in message
      ? { ...common, ...this.#code(message, sender, wording, user) }
      : { ...common, ...noticeOf(message, sender, wording) };
  }

  #code(message: CodeMessage, organization: string, wording: Wording, user: User) {
    const { secrets, linkBase } = this.#options;
    const code = secrets.open(message.sealedCode);
    const { url, needsCode } = linkOf(message, code, linkBase());
    const words = wording.codes[message.kind];
    const { applicationName, codeId } = message;
    const sender = applicationName ? oneLine(applicationName) : organization;
    const ids = codeId === undefined ? [] : [{ label: wording.invitation, value: codeId }];
    return {
      sender,
      subject: words.subject(sender),
      body: words.body(sender),
      link: url === null ? null : { action: words.action, url },
      codes: needsCode ? [...ids, { label: wording.code, value: code }] : [],
      until: wording.until(timeFor(message.expiresAt, wording.locale, user.profile.timeZone)),
      closing: wording.unexpected,
      short: words.short,
      secret: code,
    };
  }
}

function noticeOf({ kind }: StateMessage, sender: string, wording: Wording) {
  const words = wording.notices[kind];
  const subject = words.subject(sender);
  const closing = wording.questions(sender);
  return {
    sender,
    subject,
    body: words.body(sender),
    link: null,
    codes: [],
    until: null,
    closing,
    short: subject,
    secret: null,
  };
}

/**
 * What mail programs make a link of: a scheme, or a host with a top-level domain. One letter before the last dot is
 * rather an initial, as in `J.R.Tolkien`, unless a path or the like follows.
 */
const WEB_ADDRESS =
  /:\/\/|\bhttps?:|\bwww\.|(?:[\p{L}\p{N}-]{2}|\p{N})\.(?:xn--[\p{L}\p{N}-]+|\p{L}{2,})(?![\p{L}\p{N}-])|\p{L}\.\p{L}{2,}[/:?#]/iu;

/** By what to greet: who holds a web address for a name may have chosen it for what mail programs make of it. */
function nameOf({ profile }: User): string | null {
  const { displayName, givenName, familyName } = profile;
  const whole = oneLine(displayName ?? '') || oneLine(`${givenName ?? ''} ${familyName ?? ''}`);
  return whole === '' || WEB_ADDRESS.test(whole) ? null : whole;
}
