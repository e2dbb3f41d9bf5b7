import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConfigError } from '../config/config-error.ts';
import type { ServeOptions } from '../config/options.ts';
import type { Certificate } from './http.ts';

/**
 * Reads the certificate and its key, and tries them, before anything else is made.
 *
 * @throws ConfigError when a file cannot be read, or they do not fit
 */
export function loadCertificate(tls: ServeOptions['tls']): Certificate | undefined {
  if (tls === undefined) return undefined;
  const certificate = { cert: read('certificate', tls.cert), key: read('key', tls.key) };
  try {
    createSecureContext(certificate);
  } catch (error) {
    throw new ConfigError(`the certificate ${tls.cert} and the key ${tls.key} are no pair of PEM files`, error);
  }
  return certificate;
}

function read(what: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError(`the ${what} ${path} cannot be read`, error);
  }
}
