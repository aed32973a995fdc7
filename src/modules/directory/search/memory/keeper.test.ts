/** What nobody searches for a while is let go, and the questions with it. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testApp, type TestApp } from '../../../../../test/support/harness.ts';
import { searchServices } from '../index.ts';
import { defaultTerms } from '../terms.ts';
import { groundOf } from './answers.ts';
import { keeperOf } from './keeper.ts';

let t: TestApp;
beforeAll(async () => {
  t = await testApp();
});
afterAll(() => {
  vi.useRealTimers();
  return t?.close();
});

test('a directory that nobody searches goes after a quarter of an hour, and no question stays behind', async () => {
  const { id } = await t.network('quiet');
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const keeper = keeperOf(t.app);
  const kept = (await keeper.prepare(id, 'public'))!;
  await searchServices(t.app, id, 'public', { perPage: 7 });
  const known = () => keeper.answers.given(`${id} public {"perPage":7}`, groundOf(kept.snapshot, defaultTerms()));
  expect(known()).not.toBeNull();
  await vi.advanceTimersByTimeAsync(14 * 60_000);
  expect(known()).not.toBeNull();
  await vi.advanceTimersByTimeAsync(3 * 60_000);
  expect(known()).toBeNull();
});
