import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Size of the instance key in bytes. */
const KEY_SIZE = 32;

/** The instance key cannot be used; the message is one sentence for the operator. */
export class KeyRefused extends Error {}

/**
 * The key that encrypts stored secrets and signs tokens: the given one, or that of the data folder, made at the first
 * start (mode 600, on disk before it is used).
 *
 * @throws KeyRefused when the file cannot be read or does not hold 32 bytes in base64
 */
export function loadInstanceKey(dataDir: string, given: Buffer | undefined): Buffer {
  if (given !== undefined) return given;
  const path = join(dataDir, 'instance.key');
  const existing = readKey(path);
  if (existing !== null) return existing;
  const key = randomBytes(KEY_SIZE);
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, `${key.toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(dataDir);
  return key;
}

function readKey(path: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new KeyRefused(`cannot read the instance key ${path}: ${error instanceof Error ? error.message : 'unknown'}`);
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_SIZE) throw new KeyRefused(`${path} must hold ${KEY_SIZE} bytes in base64`);
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
