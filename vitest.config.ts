/**
 * How the tests run. Those that look at the whole house, or change it for a while, have a process each. All others follow one another in the same two
 * processes, so that the product is read, and the embedded database made ready, twice and not a hundred times; each file still has a database of its own.
 */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { importsOf, readSources } from './test/support/source-graph.ts';

/** These put recorders in the place of pages, or register an action that is none of the product's. */
const alone = ['test/*.test.ts', 'src/kernel/long-work.test.ts'];
const tests = '{src,test,bin,scripts}/**/*.test.{ts,tsx}';

/**
 * The second run, on a PostgreSQL server, is for what opens the database it is given. A browser, a rule without a database and a command that makes an
 * embedded one have nothing to learn there: they would do the same again.
 */
const opensGivenDatabase = (path: string): boolean =>
  path === 'test/support/harness.ts' ||
  readSources(path)
    .flatMap(importsOf)
    .some(({ to }) => to?.startsWith('test/support/') && opensGivenDatabase(to));
const left = process.env.WAYMARK_DB_ONLY
  ? ['test/journeys/**', ...readSources(tests).flatMap(({ path }) => (opensGivenDatabase(path) ? [] : [path]))]
  : [];

/** The longest come first, so that no worker is left alone with one of them at the end: what starts a browser or other processes, then the larger files. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = (file: TestSpecification) => (/\/journeys\/|\/bin\/|crash/.test(file.moduleId) ? 0 : 1);
    return sorted.sort((a, b) => (a.project.name === b.project.name ? rank(a) - rank(b) : 0));
  }
}

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    setupFiles: ['test/support/setup.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: { name: 'house', include: alone, exclude: ['node_modules/**', ...left], isolate: true },
      },
      {
        extends: true,
        test: {
          name: 'rooms',
          include: [tests],
          exclude: ['node_modules/**', ...alone, ...left],
          isolate: false,
        },
      },
    ],
  },
});
