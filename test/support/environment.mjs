import { ModernFakeTimers } from '@jest/fake-timers';
import { TestEnvironment } from 'jest-environment-node';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** What a value is an instance of for the service, it is for a spec; a sandbox has others of its own. */
const SHARED = { Date, Map, Set, Error, AggregateError, RangeError, SyntaxError, TypeError };

/** Jest's own for Node, whose specs use the service and the packages that are loaded outside their sandbox. */
export default class Environment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, SHARED);
    // Specs start hundreds of processes of the build: each but the first finds it compiled.
    this.global.process.env.NODE_COMPILE_CACHE = process.env.CAMPANA_TEST_COMPILED;
    // For the stand-ins of `outside.mjs`.
    this.global.loadOutside = (path) => require(path);
    // The timers that a spec fakes are those of the service.
    this.fakeTimersModern = new ModernFakeTimers({
      config: config.projectConfig,
      global: globalThis,
    });
  }
}
