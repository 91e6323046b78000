/** The rooms of `src`, in the order in which an alert travels. See docs/architecture.md. */
const ROOMS = [
  'analytics',
  'evidence',
  'reports',
  'incidents',
  'alerts',
  'delivery',
  'subscriptions',
  'resources',
  'schools',
  'identity',
  'ledger',
  'platform',
  'geo',
];

/** A room imports only from rooms to its right; `geo` only from itself. */
const oneWay = ROOMS.map((room, index) => ({
  name: `${room}-imports-rightwards`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: ROOMS.slice(index).map((right) => `^src/${right}/`) },
}));

/** Roles are suffixes; a file with none of them is pure. */
const ROLE =
  '[.](entity|graphql|resolver|controller|gateway|service|store|module|guard|worker|command|options)[.]ts$';

module.exports = {
  forbidden: [
    ...oneWay,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'typeorm-stays-in-stores',
      comment: 'TypeORM appears in entity, store, module and platform files only.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['[.](entity|store|module)[.]ts$', '^src/platform/'] },
      to: { path: 'node_modules/(@nestjs/)?typeorm/' },
    },
    {
      name: 'entities-are-private',
      comment: 'Across rooms, ids and views; a row stays in its folder.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '[.](entity|store)[.]ts$',
        pathNot: ['^src/$1/', '^src/ledger/ledger[.]store[.]ts$'],
      },
    },
    {
      name: 'pure-files-stay-pure',
      comment: 'A file without a role knows no Nest, TypeORM, GraphQL or socket.',
      severity: 'error',
      from: {
        path: '^src/(analytics|evidence|reports|incidents|alerts|delivery|subscriptions|resources|schools|ledger|geo)/',
        pathNot: [ROLE, '[.]spec[.]ts$', '^src/delivery/socket/family-sockets[.]ts$'],
      },
      to: { path: 'node_modules/(@nestjs|typeorm|graphql|socket[.]io|mercurius)/' },
    },
    {
      name: 'specs-and-tests-are-not-imported',
      severity: 'error',
      from: { path: '^src/', pathNot: ['[.]spec[.]ts$', 'spec-', '[.]fixture[.]ts$'] },
      to: { path: '^test/|[.]spec[.]ts$|/spec-|[.]fixture[.]ts$' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: ['[.]spec[.]ts$', '[.]d[.]ts$', '^src/main[.]ts$', '[.]command[.]ts$'],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
