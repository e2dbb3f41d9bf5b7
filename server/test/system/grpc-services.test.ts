import { readFileSync } from 'node:fs';
import { fromBinary, type Message } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, describe, expect, it } from 'vitest';
import { UserService } from '../../src/api/zitadel/protocol/user-service.ts';
import { Health, REFLECTIONS } from '../../src/server/grpc/descriptors.ts';
import { parseAnswer, sendRaw } from '../http/raw.ts';
import { startTessera } from '../support/tessera.ts';

const tessera = await startTessera();
afterAll(() => tessera.stop());
const transport = createGrpcTransport({ baseUrl: tessera.url });

// The descriptors are made at run time, so the compiler knows nothing of their messages.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Answers = any;

describe('grpc.health.v1', () => {
  const health = createClient(Health, transport) as Answers;

  it.each(['', UserService.typeName])('%j serves', async (service) => {
    expect(await health.check({ service })).toMatchObject({ status: 1 });
  });

  it('knows no other service', async () => {
    await expect(health.check({ service: 'nothing' })).rejects.toMatchObject({ code: Code.NotFound });
  });

  it('tells a watcher that the server stops', async () => {
    const own = await startTessera();
    const watching = createClient(Health, createGrpcTransport({ baseUrl: own.url })) as Answers;
    const seen: number[] = [];
    const watched = (async () => {
      for await (const { status } of watching.watch({ service: '' })) seen.push(status);
    })();
    await expect.poll(() => seen).toEqual([1]);
    await own.stop();
    await watched;
    expect(seen).toEqual([1, 2]);
  });

  it('watches a service that is not there', async () => {
    const leaving = new AbortController();
    const stream = health.watch({ service: 'nothing' }, { signal: leaving.signal })[Symbol.asyncIterator]();
    const { value: first } = await stream.next();
    leaving.abort();
    expect(first).toMatchObject({ status: 3 });
  });

  it('refuses a host of which no address can be made, and goes on', async () => {
    const head = ['POST /grpc.health.v1.Health/Check HTTP/1.1', 'host: a b', 'content-length: 0', 'connection: close'];
    const answer = parseAnswer(await sendRaw(Number(new URL(tessera.url).port), [...head, '', ''].join('\r\n')));
    expect(answer).toMatchObject({ status: 400, json: { error: 'malformed_header' } });
    expect(answer.headers['x-request-id']).toBeTruthy();
    expect(await health.check({ service: '' })).toMatchObject({ status: 1 });
  });

  it('is told over HTTP as well', async () => {
    expect(await tessera.send('GET', '/debug/healthz', {})).toMatchObject({ status: 200, json: { status: 'ok' } });
    expect(await tessera.send('GET', '/debug/ready', {})).toMatchObject({ status: 200, json: { status: 'ready' } });
  });
});

describe.each(REFLECTIONS.map((service) => [service.typeName, service] as const))('%s', (_, service) => {
  const ask = async (...asked: readonly { case: string; value: unknown }[]): Promise<Answers[]> => {
    const client = createClient(service, transport) as Answers;
    const requests = (async function* () {
      for (const messageRequest of asked) yield { host: 'h', messageRequest };
    })();
    const answers: Answers[] = [];
    for await (const answer of client.serverReflectionInfo(requests)) answers.push(answer.messageResponse);
    return answers;
  };
  const filesOf = (answer: Answers) =>
    answer.value.fileDescriptorProto.map((bytes: Uint8Array) => fromBinary(FileDescriptorProtoSchema, bytes));

  it('lists the services', async () => {
    const [answer] = await ask({ case: 'listServices', value: '' });
    const names = answer.value.service.map(({ name }: Message & { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining([UserService.typeName, Health.typeName, ...REFLECTIONS.map((each) => each.typeName)]),
    );
  });

  it('describes the user service with all its methods and imports', async () => {
    for (const value of [UserService.typeName, `${UserService.typeName}.UpdateHumanUser`]) {
      const [answer] = await ask({ case: 'fileContainingSymbol', value });
      const files = filesOf(answer);
      expect(files[0].service[0].method).toHaveLength(60);
      const names = new Set(files.map(({ name }: { name: string }) => name));
      for (const { dependency } of files) for (const name of dependency) expect(names).toContain(name);
    }
  });

  it('answers several questions on one stream', async () => {
    const [file, extension, numbers, missing] = await ask(
      { case: 'fileByFilename', value: 'zitadel/user/v2/user.proto' },
      {
        case: 'fileContainingExtension',
        value: { containingType: 'google.protobuf.FieldOptions', extensionNumber: 1071 },
      },
      { case: 'allExtensionNumbersOfType', value: 'google.protobuf.MethodOptions' },
      { case: 'fileContainingSymbol', value: 'zitadel.user.v2.Nothing' },
    );
    expect(filesOf(file)[0].name).toBe('zitadel/user/v2/user.proto');
    expect(filesOf(extension)[0].name).toBe('validate/validate.proto');
    expect(numbers.value.extensionNumber).toContain(72295728);
    expect(missing).toMatchObject({ case: 'errorResponse', value: { errorCode: Code.NotFound } });
  });

  it('does not read endlessly long names', async () => {
    const error = await ask({ case: 'fileByFilename', value: 'x'.repeat(20_000) }).catch(ConnectError.from);
    expect(error).toMatchObject({ code: Code.ResourceExhausted });
  });
});

describe('TLS', () => {
  it('is served when a certificate is configured', async () => {
    const file = (name: string) => new URL(`../fixtures/tls/${name}.pem`, import.meta.url).pathname;
    const encrypted = await startTessera(undefined, {}, undefined, [
      '--tls-cert',
      file('cert'),
      '--tls-key',
      file('key'),
    ]);
    try {
      expect(encrypted.url).toMatch(/^https:/);
      const nodeOptions = { ca: readFileSync(file('cert')), checkServerIdentity: () => undefined };
      const client = createClient(Health, createGrpcTransport({ baseUrl: encrypted.url, nodeOptions })) as Answers;
      expect(await client.check({ service: '' })).toMatchObject({ status: 1 });
    } finally {
      await encrypted.stop();
    }
  });
});
