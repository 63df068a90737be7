/** The import rules of ARCHITECTURE.md, machine-checked: programs meet in src/shared only. */
const programs = ['agent', 'workers', 'confine', 'gateway', 'gpu', 'signer', 'main', 'preload', 'renderer'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...programs.map((program) => ({
      name: `${program}-stays-by-itself`,
      comment: `src/${program} imports src/shared, packages and its own folder; programs talk over their protocols.`,
      severity: 'error',
      from: { path: `^src/${program}/` },
      to: { path: '^(src|scripts|test|bench)/', pathNot: `^src/(${program}|shared)/` },
    })),
    {
      name: 'packages-stay-by-themselves',
      comment: 'A package of packages/ can be published: it knows nothing of the project.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^(src|scripts|test|bench|packages)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'shared-is-pure',
      comment: 'src/shared holds schemas, types and pure helpers: no I/O, nothing of a program.',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: {
        path: '^(src|scripts|test|bench)/|^(node:)?(fs|net|http|https|child_process|os|worker_threads|dgram|tls)',
        pathNot: '^src/shared/',
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only-compose-knows-all',
      comment: 'Entries and tests may import compose.ts; parts may not.',
      severity: 'error',
      from: { path: '^src/', pathNot: '/main\\.ts$' },
      to: { path: '/compose\\.ts$' },
    },
    {
      name: 'platform-behind-an-interface',
      comment: 'A platform file is reached through the file that chooses it, by name of its folder.',
      severity: 'error',
      from: { path: '^src/([^/]+)/([^/]+)/' },
      to: { path: '\\.(linux|win32)\\.ts$', pathNot: '^src/$1/$2/' },
    },
    {
      name: 'no-dev-packages-in-programs',
      comment: 'What a shipped Node program imports must be in dependencies.',
      severity: 'error',
      from: { path: '^src/(agent|workers|confine|gateway|gpu|signer)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
