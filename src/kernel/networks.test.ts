/** The list of networks in memory. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp, type TestApp } from '../../test/support/harness.ts';
import type { Database } from './database.ts';
import { networkDirectory } from './networks.ts';

let t: TestApp;
beforeAll(async () => {
  t = await testApp();
});
afterAll(() => t?.close());

test('a network that came while the list was being read is found by whoever asks after it', async () => {
  let [go, begun]: (() => void)[] = [];
  const held = new Promise<void>((resolve) => (go = resolve));
  const read = new Promise<void>((resolve) => (begun = resolve));
  const slow: Database = {
    ...t.app.db,
    run: async (tenant, work) => {
      const found = await t.app.db.run(tenant, work);
      begun!();
      await held;
      return found;
    },
  };
  const networks = networkDirectory(slow);
  const before = networks.all();
  await read;
  const made = await t.network('late');
  networks.touch(made.id);
  const after = networks.byId(made.id);
  go!();
  expect((await before).map(({ id }) => id)).not.toContain(made.id);
  expect((await after)?.slug).toBe('late');
});
