import { gunzip } from 'node:zlib';
import { Code, ConnectError } from '@connectrpc/connect';

/** The one compression of requests; answers are sent as they are. */
export const GZIP = 'gzip';

/**
 * Undoes gzip, off the main thread, and no further than `limit` bytes.
 *
 * @throws ConnectError `resource_exhausted` when more comes out, `invalid_argument` when it is no gzip
 */
export function decompress(bytes: Uint8Array, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: limit }, (error, result) => {
      if (error === null) resolve(result);
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') reject(tooLarge(limit));
      else reject(new ConnectError('the message is not compressed with gzip', Code.InvalidArgument));
    });
  });
}

export function tooLarge(limit: number): ConnectError {
  return new ConnectError(`the message is larger than ${limit} bytes`, Code.ResourceExhausted);
}

export function unknownCompression(name: string): ConnectError {
  return new ConnectError(`unknown compression "${name}": supported encodings are ${GZIP}`, Code.Unimplemented);
}
