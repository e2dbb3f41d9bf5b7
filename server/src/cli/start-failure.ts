import { ConfigError } from '../config/config-error.ts';

/** Why the server did not start, as one sentence for the operator. */
export function startFailure(error: unknown): string {
  if (error instanceof ConfigError) {
    return error.message;
  }
  const { code, address, port, path } = details(error);
  switch (code) {
    case 'EADDRINUSE':
      return `the address ${address}:${port} is already in use, choose another --port`;
    case 'EADDRNOTAVAIL':
      return `this machine does not have the address ${address}, choose another --host`;
    case 'ENOTFOUND':
      return 'the name given by --host is not known';
    case 'EACCES':
    case 'EPERM':
      return path === undefined
        ? `listening on ${address}:${port} is not permitted, choose another --port`
        : `${path} cannot be used: permission is denied`;
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return `cannot start: ${oneLine(error)}`;
  }
}

function details(error: unknown): Partial<NodeJS.ErrnoException & { address: string; port: number }> {
  return error instanceof Error ? error : {};
}

/** The first line of an error's message. */
export function oneLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  return line.trim() || 'unknown error';
}
