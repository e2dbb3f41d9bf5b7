import type { MetadataPatch } from '../../core/user/commands.ts';
import { STATUS_CODES } from './protocol/status.ts';
import type { Metadata } from './protocol/user-service.ts';
import { refusal } from './status-error.ts';

type Entry = Pick<Metadata, 'key' | 'value'>;

/** Entries to set, or, where the value is empty, to remove. @throws StatusError for a blank key */
export function metadataPatch(entries: readonly Entry[]): MetadataPatch {
  return Object.fromEntries(
    entries.map(({ key, value }): [string, string | null] => {
      const name = key.trim();
      if (name === '') throw refusal(STATUS_CODES.invalidArgument, 'META-2m00f', 'Metadata is invalid');
      return [name, value.length === 0 ? null : base64(value)];
    }),
  );
}

/** What a new user gets. @throws StatusError for a blank key or an empty value */
export function newMetadata(entries: readonly Entry[]): Record<string, string> {
  return Object.fromEntries(
    entries.map(({ key, value }): [string, string] => {
      const name = key.trim();
      if (name === '') throw refusal(STATUS_CODES.invalidArgument, 'USER-Drght', 'Metadata is invalid');
      if (value.length === 0) throw refusal(STATUS_CODES.invalidArgument, 'USER-Dbgth', 'Metadata is invalid');
      return [name, base64(value)];
    }),
  );
}

/** Values as the record has them. */
export function base64(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
}
