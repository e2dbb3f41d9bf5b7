import { randomUUID } from 'node:crypto';
import type { Pairing } from '../../app/pairings.ts';
import type { Brand } from './brands.ts';
import type { WireError } from './envelope.ts';
import { Refusal } from './errors.ts';
import type { PairingStatus } from './models.ts';
import type { Context } from './services.ts';

/** The two ways of pairing: a code that is scanned, and one that is typed. */
export interface PairingKind {
  readonly name: 'qrcode' | 'otp';
  /** Milliseconds until it must be approved. */
  readonly lifetime: number;
  /** A fresh code; whoever knows it may collect what is approved. */
  readonly draw: (context: Context) => string;
  /** A code as it was drawn, however it was typed. */
  readonly spelled: (code: string) => string;
  readonly view: (pairing: Pairing) => PairingStatus;
  readonly notFound: WireError;
  readonly notApproved: WireError;
  readonly used: WireError;
}

const STATUS = { new: 'New', approved: 'Approved', consumed: 'Consumed' } as const;

const errorsOf = (entity: string, label: string) => ({
  notFound: { code: `${entity}NotFound`, message: `The ${label} was not found, or has expired.` },
  notApproved: { code: `${entity}NotApproved`, message: `The ${label} is not approved yet.` },
  used: { code: `${entity}AlreadyUsed`, message: `The ${label} was used already, or its approval no longer stands.` },
});

export const QR_CODE: PairingKind = {
  name: 'qrcode',
  lifetime: 2 * 60 * 1000,
  draw: () => randomUUID(),
  spelled: (code) => code.toLowerCase(),
  view: (pairing) => ({ id: pairing.code, ...shown(pairing), qrCodeBase64: pairing.shown }),
  ...errorsOf('QRCode', 'QR code'),
};

/** Its id, which is in no path, is derived from nothing: the code is what counts. */
export const OTP_CODE: PairingKind = {
  name: 'otp',
  lifetime: 60 * 1000,
  draw: ({ random }) => random.code(),
  spelled: (code) => code.toUpperCase(),
  view: (pairing) => ({ id: pairing.shown ?? '', code: pairing.code, ...shown(pairing) }),
  ...errorsOf('OTPCode', 'code'),
};

/** Tells apart the codes of different kinds and brands. */
export function scopeOf({ name }: PairingKind, { organization }: Brand): string {
  return JSON.stringify([name, organization.id]);
}

export function pairingRefusal(status: 403 | 404 | 409, error: WireError): Refusal {
  const reason = status === 404 ? 'token_not_found' : status === 403 ? 'no_permission' : 'approval_over';
  return new Refusal(reason, status, [error]);
}

function shown({ status, approvedAt }: Pairing): Pick<PairingStatus, 'status' | 'approvedAt'> {
  return { status: STATUS[status], approvedAt: approvedAt === null ? null : new Date(approvedAt).toISOString() };
}
