/** Name of the section of the instance's settings; absent where no gateway is configured. */
export const SMS = 'sms';

export interface SmsSection {
  readonly url: string;
  /** Value of the `Authorization` header. */
  readonly sealedAuthorization: string | null;
  /** Number or name of the sender, as the gateway wants it. */
  readonly from: string | null;
  readonly allowPrivateAddresses: boolean;
}
