/** Work in threads of its own: the server goes on, and what is too heavy ends with a sentence. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp, type TestApp } from '../../test/support/harness.ts';
import { apart } from './apart.ts';
import type { Actor } from './context.ts';

type Args = ['wait' | 'hoard' | 'fail' | 'look', SharedArrayBuffer?];
const busy = 'test/support/busy.thread.ts';
const person = (personId: string): { actor: Actor } => ({
  actor: {
    kind: 'person',
    personId,
    name: '',
    email: '',
    agencyId: '',
    roles: new Set(),
    sessionId: '',
    stepUpAt: null,
  },
});
/** What a waiting thread looks at: the first number tells it to go on, the second counts how many began. */
const told = () => new Int32Array(new SharedArrayBuffer(8));

let t: TestApp;
beforeAll(async () => {
  t = await testApp();
  await t.network('alpha');
});
afterAll(() => t.close());

async function begun(flag: Int32Array, count: number): Promise<void> {
  while (Atomics.load(flag, 1) < count) await new Promise((resolve) => setImmediate(resolve));
}

test('while a thread is busy without rest, pages are answered', async () => {
  const flag = told();
  const work = apart<Args, string>(busy)(person('one'), 'wait', flag.buffer as SharedArrayBuffer);
  await begun(flag, 1);
  for (const path of ['/alpha', '/alpha/help', '/healthz']) expect((await t.fetch(path)).status).toBeLessThan(500);
  Atomics.store(flag, 0, 1);
  expect(await work).toBe('done');
});

test('a person’s second file waits for the first, another person’s does not, and a fifth is refused in words', async () => {
  const work = apart<Args, string>(busy);
  const [mine, theirs] = [told(), told()];
  const all = Array.from({ length: 4 }, () => work(person('one'), 'wait', mine.buffer as SharedArrayBuffer));
  const other = work(person('two'), 'wait', theirs.buffer as SharedArrayBuffer);
  await begun(mine, 1);
  await begun(theirs, 1);
  expect(Atomics.load(mine, 1)).toBe(1);
  await expect(work(person('one'), 'wait', mine.buffer as SharedArrayBuffer)).rejects.toMatchObject({
    kind: 'tooMany',
    key: 'kernel.apart.queue',
  });
  Atomics.store(mine, 0, 1);
  Atomics.store(theirs, 0, 1);
  expect(await Promise.all([...all, other])).toEqual(Array(5).fill('done'));
  expect(Atomics.load(mine, 1)).toBe(4);
  expect(await work(person('one'), 'wait', mine.buffer as SharedArrayBuffer)).toBe('done');
});

test('work without an end, and work that takes all memory, end with what to do; the next is done', async () => {
  const short = apart<Args, string>(busy, { seconds: 1, memory: 64 });
  const flag = told();
  await expect(short(person('one'), 'wait', flag.buffer as SharedArrayBuffer)).rejects.toMatchObject({
    kind: 'invalid',
    fields: { file: { key: 'kernel.apart.time', values: { seconds: 1 } } },
  });
  const small = apart<Args, string>(busy, { seconds: 50, memory: 32 });
  await expect(small(person('one'), 'hoard')).rejects.toMatchObject({
    kind: 'invalid',
    fields: { file: { key: 'kernel.apart.memory' } },
  });
  Atomics.store(flag, 0, 1);
  expect(await small(person('one'), 'wait', flag.buffer as SharedArrayBuffer)).toBe('done');
});

test('what goes wrong in a thread is an error here, and a thread sees none of the settings', async () => {
  await expect(apart<Args, string>(busy)(person('one'), 'fail')).rejects.toThrow('went wrong in the thread');
  expect(await apart<Args, object>(busy)(person('one'), 'look')).toEqual({ env: [], args: [] });
  expect(() => apart<Args, string>('src/kernel/nowhere.thread.ts')).toThrow('missing');
});
