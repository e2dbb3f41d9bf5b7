import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The rows of the table that follows a heading. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => /^\| (?!---|From|Folder|#)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Everything a file imports of the project, however far. */
function reachable(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !existsSync(file)) return seen;
  seen.add(file);
  for (const [, target] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
    if (target !== undefined) reachable(join(dirname(file), target), seen);
  }
  return seen;
}

describe('ARCHITECTURE.md', () => {
  const links = [...page.matchAll(/\]\((server\/src\/[^)]+\.ts)\)/g)].map((match) => match[1] ?? '');
  const steps = rowsUnder('One update, socket to disk and back').map(
    (row) => /\((server[^)]+)\)/.exec(row[1] ?? '')?.[1],
  );

  it('lists six files of one update, and every file it names is there', () => {
    expect(steps).toHaveLength(6);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('each dialect has its file of the update, from which the use case and the rules are reached', () => {
    const updates = links.filter((path) => path.includes('/update-'));
    expect(updates).toHaveLength(4);
    for (const path of updates) {
      const reached = new Set([...reachable(join(root, path))].map((file) => relative(root, file)));
      const index = join(root, path.replace(/(api\/[a-z]+)\/.*/, '$1/index.ts'));
      expect([...reachable(index)].map((file) => relative(root, file))).toContain(path);
      expect(reached).toContain('server/src/app/submission.ts');
    }
    const fromExecutor = [...reachable(join(root, 'server/src/app/executor.ts'))].map((file) => relative(root, file));
    expect(fromExecutor).toContain(steps[3]);
    expect(fromExecutor).toContain(steps[4]);
  });

  it('shows the import rules that are enforced', () => {
    const { forbidden } = createRequire(import.meta.url)(join(root, 'dependency-cruiser.cjs'));
    for (const [from = '', allowed = ''] of rowsUnder('Who may import what')) {
      const folder = from.replaceAll('`', '');
      if (folder === 'server' || folder === 'cli') continue;
      const name = folder === 'api/<dialect>' ? 'api-ownli-imports' : `${folder.replaceAll('/', '-')}-imports`;
      const rule = forbidden.find((candidate: { name: string }) => candidate.name === name);
      const shown = [...allowed.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
      const expected = allowed.includes('its own folder')
        ? [...shown.slice(0, 3), 'api/ownli', ...shown.slice(3)]
        : shown;
      expect(rule?.comment, folder).toBe(
        `${folder === 'api/<dialect>' ? 'api/ownli' : folder} may import only: ${expected.join(', ')}`,
      );
    }
  });

  it('names every folder of the source', () => {
    const named = rowsUnder('Folders').map(([cell]) => cell?.replaceAll('`', ''));
    const folders = readdirSync(join(root, 'server/src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    for (const { name } of folders) {
      expect(named.some((folder) => folder === `server/src/${name}` || folder?.startsWith(`server/src/${name}/`))).toBe(
        true,
      );
    }
  });
});

describe('README.md', () => {
  it('shows every option and variable of serve, with its default', async () => {
    const { SERVE_OPTIONS } = await import('../src/config/options.ts');
    for (const row of Object.values(SERVE_OPTIONS)) {
      const line = readme.split('\n').find((candidate) => candidate.includes(`| \`${row.variable}\` |`));
      expect(line, row.variable).toBeDefined();
      if ('option' in row) expect(line).toContain(`\`${row.option}\``);
      expect(line?.replaceAll('`', '')).toContain(`| ${row.default} |`);
    }
  });

  it('links to a README for every dialect', () => {
    for (const name of ['zitadel', 'jframework', 'avibra', 'ownli']) {
      expect(readme).toContain(`server/src/api/${name}/README.md`);
      expect(existsSync(join(root, `server/src/api/${name}/README.md`))).toBe(true);
    }
  });
});

describe('the source', () => {
  const files = readdirSync(join(root, 'server/src'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
  );
  const textOf = (path: string): string => readFileSync(join(root, 'server/src', path), 'utf8');

  it('keeps clock, randomness and environment out of the core and of permission', () => {
    const impure = /Date\.now|\bDate\(\s*\)|Math\.random|\bprocess\.|performance\.|globalThis|\bcrypto\./;
    const pure = files.filter((path) => /^(core|access)\//.test(path));
    expect(pure.length).toBeGreaterThan(20);
    expect(pure.filter((path) => impure.test(textOf(path)))).toEqual([]);
  });

  it('reads the environment in one place', () => {
    expect(files.filter((path) => /process\.env/.test(textOf(path)))).toEqual(['config/env.ts']);
  });

  it('names no dialect in what dialects share', () => {
    const shared = files.filter((path) => path.startsWith('api/shared/') || /^(core|access|app)\//.test(path));
    expect(shared.filter((path) => /zitadel|jframework|avibra|ownli/i.test(textOf(path)))).toEqual([]);
  });

  it('consists of files that can be read at a sitting', () => {
    const lengths = files.map((path) => textOf(path).split('\n').length).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(80);
    expect(lengths[Math.floor(lengths.length * 0.95)]).toBeLessThanOrEqual(300);
    expect(lengths.at(-1)).toBeLessThanOrEqual(400);
  });
});
