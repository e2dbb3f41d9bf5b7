/** Name of the section of the instance's settings; absent where no server is configured. */
export const MAIL = 'mail';

export interface MailSection {
  readonly host: string;
  readonly port: number;
  /** `starttls` and `implicit` encrypt or fail. */
  readonly tls: 'starttls' | 'implicit' | 'none';
  readonly user: string | null;
  readonly sealedPassword: string | null;
  /** Address of the sender. */
  readonly from: string;
  /** Name of the sender; `null` for that of the organization. */
  readonly fromName: string | null;
  readonly replyTo: string | null;
}
