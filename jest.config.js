const OUTSIDE = './test/support/outside.mjs';

/** @type {import('jest').Config} */
export default {
  testEnvironment: './test/support/environment.mjs',
  // What a spec shares with the next is not to be taken apart.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    [`^${RegExp.escape(import.meta.dirname)}/src/(?!.*\\.(spec|fixture)\\.ts$).+\\.ts$`]: OUTSIDE,
    '^.+\\.ts$': '@swc/jest',
    '/node_modules/.+\\.[cm]?js$': OUTSIDE,
  },
  // Waits for its own program while it loads.
  transformIgnorePatterns: ['/node_modules/mupdf/'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  globalSetup: './test/support/global-setup.mjs',
  globalTeardown: './test/support/global-teardown.mjs',
  testSequencer: './test/support/sequencer.mjs',
  testTimeout: 60_000,
  maxWorkers: 2,
  // What a suite left behind is never quite let go: a worker that has grown is replaced by a fresh one.
  workerIdleMemoryLimit: '1GB',
};
