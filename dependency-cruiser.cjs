/**
 * Who may import whom under server/src. Each rule says why; `npm run imports` checks them. Tests beside the source are
 * held to the same rules, but may use any package.
 */
const src = '^server/src';
const TEST = '\\.test\\.ts$';
const PURE_PACKAGES = ['libphonenumber-js'];
const DIALECTS = ['zitadel', 'jframework', 'avibra', 'ownli'];

/** Folder -> what it may import of the project. */
const MAY_IMPORT = {
  core: ['core'],
  access: ['core', 'access'],
  app: ['core', 'access', 'app'],
  store: ['core', 'app/ports', 'store'],
  crypto: ['core', 'app/ports', 'crypto'],
  config: ['config', 'core/values'],
  'api/shared': ['core', 'app', 'api/shared', 'logger'],
  delivery: ['core', 'app/ports', 'config', 'delivery', 'logger'],
  portal: ['core', 'app', 'api/shared', 'portal'],
  openapi: ['api/shared', 'openapi'],
};

const only = (folder, allowed) => ({
  name: `${folder.replaceAll('/', '-')}-imports`,
  comment: `${folder} may import only: ${allowed.join(', ')}`,
  severity: 'error',
  from: { path: `${src}/${folder}/`, pathNot: TEST },
  to: { path: src, pathNot: allowed.map((entry) => `${src}/${entry}[/.]`) },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one thing.',
      severity: 'error',
      from: { path: src },
      to: { circular: true },
    },
    ...Object.entries(MAY_IMPORT).map(([folder, allowed]) => only(folder, allowed)),
    ...DIALECTS.map((dialect) => only(`api/${dialect}`, ['core', 'app', 'api/shared', `api/${dialect}`, 'logger'])),
    {
      name: 'pure-core',
      comment: 'core and access decide; they have no I/O, so no module of Node and only pure packages.',
      severity: 'error',
      from: { path: `${src}/(core|access)/`, pathNot: TEST },
      to: {
        pathNot: [src, ...PURE_PACKAGES.map((name) => `node_modules/${name}/`)],
      },
    },
    {
      name: 'server-sees-dialects-from-outside',
      comment: 'The server mounts dialects by their index; the settings they define are the only other thing it knows.',
      severity: 'error',
      from: { path: `${src}/server/`, pathNot: TEST },
      to: { path: `${src}/api/(${DIALECTS.join('|')})/`, pathNot: '/(index|section)\\.ts$' },
    },
    {
      name: 'cli-starts-the-server',
      comment:
        'The command line builds the configuration and runs the server object, the copy, or the look at webhooks.',
      severity: 'error',
      from: { path: `${src}/cli/`, pathNot: TEST },
      to: { path: src, pathNot: [`${src}/cli/`, `${src}/config/`, `${src}/server/(server|copy|webhooks)\\.ts$`] },
    },
    {
      name: 'only-production-packages',
      comment: 'What the server runs on must be installed with it.',
      severity: 'error',
      from: { path: src, pathNot: TEST },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: src },
      to: { couldNotResolve: true },
    },
    {
      name: 'only-the-store-knows-its-database',
      comment: 'SQL and the driver stay behind the store port.',
      severity: 'error',
      from: { path: src, pathNot: [`${src}/store/`, TEST] },
      to: { path: '^node:sqlite$|^sqlite$' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import'],
    },
    progress: { type: 'none' },
  },
};
