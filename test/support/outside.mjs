import swc from '@swc/jest';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
// Before whatever is decorated, as in the service.
import 'reflect-metadata';

const require = createRequire(import.meta.url);
const sandboxed = swc.createTransformer();

/**
 * A Jest transformer. Jest loads modules anew for each spec, in a sandbox: here that were the whole service and
 * all it stands on. So what a spec imports of the service (from the build) and of packages is loaded once by each
 * worker, outside, as Node does it; the spec gets a stand-in that hands on what it exports.
 */
export default {
  process(source, path, options) {
    const code = standIn(outside(path, options), options);
    if (code !== undefined) return { code };
    return isPackaged(path) ? { code: source } : sandboxed.process(source, path, options);
  },
  getCacheKey(source, path, options) {
    const code = standIn(outside(path, options), options);
    return createHash('sha256')
      .update(code ?? sandboxed.getCacheKey(source, path, options))
      .digest('hex');
  },
};

const isPackaged = (path) => path.includes('/node_modules/');

/** The file that Node loads for it: of a package the same, of the service what the build made of it. */
function outside(path, { config: { rootDir } }) {
  if (isPackaged(path)) return path;
  return `${rootDir}/dist/${relative(rootDir, path).replace(/\.ts$/, '.js')}`;
}

/** Undefined for a module that stays as it is: one that waits while it loads cannot be had at once. */
function standIn(file, { supportsDynamicImport, supportsStaticESM }) {
  // What Jest itself loads for its configuration passes here too, and is outside already.
  if (!supportsDynamicImport) return undefined;
  let exported;
  try {
    exported = require(file);
  } catch (error) {
    if (error.code === 'ERR_REQUIRE_ASYNC_MODULE') return undefined;
    throw error;
  }
  const load = `loadOutside(${JSON.stringify(file)})`;
  if (!supportsStaticESM) return `module.exports = ${load};`;
  const names = Object.keys(exported);
  const values = names.map(
    (name, index) => `const value${index} = outside[${JSON.stringify(name)}];`,
  );
  const list = names.map((name, index) => `value${index} as ${JSON.stringify(name)}`).join(', ');
  return [`const outside = ${load};`, ...values, `export { ${list} };`].join('\n');
}
