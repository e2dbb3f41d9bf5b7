#!/usr/bin/env node
// Plain JavaScript that old versions of Node.js parse, so that they can say what is wrong instead of failing on TypeScript.
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(`tessera: Node.js ${NEEDED} or newer is needed, this is ${process.versions.node}\n`);
  process.exitCode = 1;
} else {
  // In the package's own folder: a cache in the shared temporary folder could be planted by another user.
  nodeModule.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tessera', import.meta.url)));
  import('../src/cli/main.ts').then(({ runProcess }) => runProcess());
}
