import { readFileSync, writeFileSync } from 'node:fs';
import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { readEnv } from './env.ts';
import { SERVE_OPTIONS } from './options.ts';
import { fillIn } from './setup.ts';
import { parseSetup } from './setup-file.ts';
import { SetupFile, setupJsonSchema } from './setup-schema.ts';

const docs = new URL('../../../docs/', import.meta.url);
const manual = readFileSync(new URL('setup.md', docs), 'utf8');

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly enum?: readonly string[];
}

function children(node: SchemaNode): SchemaNode[] {
  const items = node.items === undefined ? [] : [node.items];
  return [...Object.values(node.properties ?? {}), ...items, ...(node.anyOf ?? [])];
}

/** Every member name and every value of a closed list, anywhere below a node. */
function vocabulary(node: SchemaNode): string[] {
  return [...Object.keys(node.properties ?? {}), ...(node.enum ?? []), ...children(node).flatMap(vocabulary)];
}

describe('the documents of the setup file', () => {
  it('publish the schema as it is (write it with TESSERA_WRITE_DOCS=1, then format it)', () => {
    const file = new URL('setup.schema.json', docs);
    if (readEnv().TESSERA_WRITE_DOCS === '1') {
      writeFileSync(file, `${JSON.stringify(setupJsonSchema(), null, 2)}\n`);
    }
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(setupJsonSchema());
  });

  it('mention every member and every value of a closed list', () => {
    const schema: SchemaNode = Object(setupJsonSchema());
    const words = vocabulary(schema);
    expect(words.length).toBeGreaterThan(80);
    expect([...new Set(words)].filter((word) => !manual.includes(`\`${word}\``))).toEqual([]);
  });

  it('mention every option and variable', () => {
    const words = Object.values(SERVE_OPTIONS).flatMap((row) => [
      'option' in row ? row.option : row.variable,
      row.variable,
    ]);
    expect(words.filter((word) => !manual.includes(`\`${word}\``))).toEqual([]);
  });

  it('show an example that is valid', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(manual) ?? [];
    const setup = parseSetup(example, { ACME_OWNLI_SECRET: 'x' }, 'example');
    expect(setup.organizations[0]).toMatchObject({ zitadel: {}, jframework: {}, avibra: {}, ownli: {} });
  });

  it('state the defaults that are filled in', () => {
    // Given
    const sparse = () => ({
      instance: {},
      organizations: [
        {
          name: 'A',
          policies: { passwordComplexity: {}, lockout: {} },
          zitadel: {},
          jframework: {
            brandUrls: ['a.test'],
            packages: [{ code: 'p', name: 'P', features: [{ code: 'f', name: 'F' }] }],
          },
          avibra: { partnerName: 'a', clientId: 'a', clientSecret: 'a', apiKey: 'a' },
        },
      ],
    });
    // When
    const stated = Value.Default(SetupFile, sparse());
    // Then
    expect(fillIn(sparse())).toMatchObject(Object(stated));
    expect(JSON.stringify(stated)).toContain('"minLength":8');
  });
});
