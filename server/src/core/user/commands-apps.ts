import type { AppSetting, Device, DeviceDescription, DeviceReport } from './apps.ts';

/** Makes a device known that may be linked to users. */
export interface RegisterDevice {
  readonly type: 'register-device';
  readonly device: DeviceDescription;
}

/** Makes a device that is known one of the user's. */
export interface LinkDevice {
  readonly type: 'link-device';
  readonly deviceId: string;
  /** The device as the caller's own record knows it. */
  readonly known: Device | null;
  readonly report: Partial<DeviceReport>;
}

/** Absent members keep. */
export interface ChangeDevice {
  readonly type: 'change-device';
  /** Which of the user's: by id, or by its address for push messages. */
  readonly device: { readonly id: string } | { readonly pushToken: string };
  readonly report: Partial<DeviceReport>;
}

/** Ends the sessions at the device too. */
export interface RemoveDevice {
  readonly type: 'remove-device';
  readonly deviceId: string;
}

/** A setting in the place of the one of the same group and code, which keeps its id. */
export interface SaveAppSetting {
  readonly type: 'save-app-setting';
  readonly setting: AppSetting;
}

export interface RemoveAppSetting {
  readonly type: 'remove-app-setting';
  readonly id: string;
}
