import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Size of the instance key in bytes. */
const KEY_SIZE = 32;

/** The instance key cannot be used; the message is one sentence for the operator. */
export class KeyRefused extends Error {}

/**
 * The key that encrypts stored secrets and signs tokens: the given one, or that of the data folder, made at the first
 * start (mode 600, on disk before it is used). The caller holds the lock of the database.
 *
 * @param mayMake whether a missing key may be made; not when the database was made under one
 * @throws KeyRefused when the file is missing, cannot be read or written, or does not hold 32 bytes in base64
 */
export function loadInstanceKey(dataDir: string, given: Buffer | undefined, mayMake = true): Buffer {
  if (given !== undefined) return given;
  const path = join(dataDir, 'instance.key');
  const key = readKey(path);
  if (key !== null) return key;
  if (!mayMake)
    throw new KeyRefused(
      `the instance key of this database is missing: TESSERA_KEY is not set, and there is no ${path}`,
    );
  return makeKey(dataDir, path);
}

function makeKey(dataDir: string, path: string): Buffer {
  const key = randomBytes(KEY_SIZE);
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      fchmodSync(file, 0o600);
      writeSync(file, `${key.toString('base64')}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    syncFolder(dataDir);
  } catch (error) {
    throw new KeyRefused(`cannot write the instance key ${path}: ${reasonOf(error)}`);
  }
  return key;
}

/** @returns `null` when there is none; an empty file is what a first start left that was cut off. */
function readKey(path: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new KeyRefused(`cannot read the instance key ${path}: ${reasonOf(error)}`);
  }
  if (text === '') return null;
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_SIZE || key.toString('base64') !== text.trim()) {
    throw new KeyRefused(`the instance key ${path} must hold ${KEY_SIZE} bytes in base64`);
  }
  return key;
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
