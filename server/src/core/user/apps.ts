/** What client applications keep with the record. */
export interface Apps {
  readonly devices: readonly Device[];
  readonly settings: readonly AppSetting[];
}

export const DEVICE_TYPES = [
  'ChromeOS',
  'Desktop',
  'GoogleSync',
  'Mobile',
  'SmartDevice',
  'Unspecified',
  'Web',
] as const;
export type DeviceType = (typeof DEVICE_TYPES)[number];

/** A device as its applications describe it. */
export interface DeviceDescription {
  /** Follows from the code: whoever signs in at the device, it is the same one. */
  readonly id: string;
  readonly code: string;
  readonly type: DeviceType;
  readonly name: string | null;
  readonly os: string | null;
  readonly appVersion: string | null;
}

/** What an application reports of its use. */
export interface DeviceReport {
  /** Address for push messages. */
  readonly pushToken: string | null;
  /** Opaque. */
  readonly session: string | null;
  readonly tags: string | null;
  readonly status: 'offline' | 'online' | 'deleted';
}

export interface Device extends DeviceDescription, DeviceReport {
  /** It is one of the user's; otherwise the user has only made it known. */
  readonly isLinked: boolean;
  readonly changedAt: number;
  /** The last sign-in at it. */
  readonly signedInAt: number | null;
}

/** A setting of one application for this user. */
export interface AppSetting {
  readonly id: string;
  /** Group and code together tell the settings of a user apart. */
  readonly groupCode: string;
  readonly code: string;
  readonly name: string;
  readonly value: string;
  readonly description: string | null;
  readonly isActive: boolean;
}
