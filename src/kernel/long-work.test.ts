/** Long work: asked for once, done as the person who asked, written once or not at all, and told in words. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { testApp, type TestApp, type TestPerson } from '../../test/support/harness.ts';
import { action } from './action.ts';
import type { Ctx } from './context.ts';
import { longWork, type WorkStep } from './long-work.ts';
import { Problem } from './problem.ts';

type Counts = { notes: number };
let t: TestApp;
let network: { id: string; slug: string };
let person: TestPerson;
let ctx: Ctx;
/** What goes wrong while the note is written. */
let meanwhile: () => void = () => {};
/** What it does before it opens its transaction. */
let first: (step: WorkStep<Counts>) => void | Promise<void> = () => {};

/** Writes one line into the network's own note: something to count. */
const write = action('test.long.write', {
  input: z.object({ line: z.string(), step: z.custom<WorkStep<Counts>>() }),
  may: ['network_admin'],
  run: async ({ tx, ctx: who, input }) => {
    await sql`update app.network set tagline = tagline || jsonb_build_object('en', coalesce(tagline->>'en', '') || ${input.line}::text)
      where id = ${who.network!.id}`.execute(tx);
    meanwhile();
    await input.step.finish(tx, { notes: 1 });
  },
  audit: () => ({ subject: 'test:long' }),
});
const work = longWork<{ line: string }, Counts>('test.long', {
  may: ['network_admin'],
  run: async (who, { line }, step) => {
    await first(step);
    return write(who, { line, step });
  },
});

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  person = await t.person(network.id, ['network_admin']);
  ctx = await t.ctx(network.id, person);
});
afterAll(() => t.close());

const perform = async (id: string) => work.job.run(await t.ctx(network.id, 'system'), { id });
async function written(): Promise<string> {
  const row = await t.db.run({ scope: 'system' }, (tx) =>
    tx.selectFrom('app.network').select('tagline').where('id', '=', network.id).executeTakeFirstOrThrow(),
  );
  return row.tagline.en ?? '';
}

test('work that is asked for twice is one work, and the person who asked is its author', async () => {
  const id = await work.begin(ctx, { line: 'a' }, 'one');
  expect(await work.begin(ctx, { line: 'a' }, 'one')).toBe(id);
  expect(await work.state(ctx, id)).toEqual({ state: 'open', done: 0 });
  const asked = await t.db.run({ scope: 'system' }, (tx) =>
    sql<{ job: string; data: object }>`select job, data from app.job_request where data->>'id' = ${id}`.execute(tx),
  );
  expect(asked.rows).toEqual([{ job: 'test.long', data: { id } }]);
  await perform(id);
  await perform(id);
  expect(await work.state(ctx, id)).toEqual({ state: 'done', result: { notes: 1 } });
  expect(await written()).toBe('a');
  const entries = await t.db.run({ networkId: network.id }, (tx) =>
    tx
      .selectFrom('app.audit_entry')
      .select(['actor_id', 'request_id'])
      .where('action', '=', 'test.long.write')
      .execute(),
  );
  expect(entries).toEqual([{ actor_id: person.id, request_id: `work-${id.slice(0, 8)}` }]);
  expect(await work.begin(ctx, { line: 'a' }, 'one')).not.toBe(id);
});

test('while it runs, it says how far it is', async () => {
  const id = await work.begin(ctx, { line: 'b' }, 'two');
  let go = () => {};
  const reported = new Promise<void>((resolve) => {
    first = (step) => {
      step.report(3, 7);
      resolve();
      return new Promise((release) => (go = release));
    };
  });
  const running = perform(id);
  await reported;
  expect(await work.state(ctx, id)).toEqual({ state: 'open', done: 3, total: 7 });
  go();
  await running;
  first = () => {};
  expect(await work.state(ctx, id)).toMatchObject({ state: 'done' });
});

test('a rule that refuses is told in its words, a fault of ours in general words; neither leaves a trace', async () => {
  const before = await written();
  meanwhile = () => {
    throw Problem.conflict('kernel.problem.tooMany', { n: 1 });
  };
  const refused = await work.begin(ctx, { line: 'c' }, 'three');
  await perform(refused);
  expect(await work.state(ctx, refused)).toEqual({
    state: 'refused',
    key: 'kernel.problem.tooMany',
    values: { n: 1 },
  });
  meanwhile = () => {
    throw new Error('a fault');
  };
  const failed = await work.begin(ctx, { line: 'd' }, 'three');
  await perform(failed);
  expect(await work.state(ctx, failed)).toMatchObject({ state: 'refused', key: 'kernel.work.failed' });
  expect(t.logged.some((line) => line.includes('long work failed') && line.includes('a fault'))).toBe(true);
  meanwhile = () => {};
  expect(await written()).toBe(before);
});

test('two workers that take the same work write once', async () => {
  const before = await written();
  const id = await work.begin(ctx, { line: 'e' }, 'four');
  await Promise.all([perform(id), perform(id)]);
  expect(await written()).toBe(`${before}e`);
  expect(await work.state(ctx, id)).toEqual({ state: 'done', result: { notes: 1 } });
});

test('who lost the role in between, or the account, changes nothing any more', async () => {
  const before = await written();
  const [leaver, closed] = [
    await t.person(network.id, ['network_admin']),
    await t.person(network.id, ['network_admin']),
  ];
  const ids = [];
  for (const who of [leaver, closed]) {
    const theirs = await t.ctx(network.id, who);
    ids.push({ theirs, id: await work.begin(theirs, { line: 'f' }, 'five') });
  }
  await t.db.run({ scope: 'system' }, async (tx) => {
    await tx.updateTable('app.role_grant').set({ ended_at: new Date() }).where('person_id', '=', leaver.id).execute();
    await tx.updateTable('app.person').set({ disabled_at: new Date() }).where('id', '=', closed.id).execute();
  });
  for (const { theirs, id } of ids) {
    await perform(id);
    expect(await work.state(theirs, id)).toMatchObject({ state: 'refused' });
  }
  expect(await written()).toBe(before);
});

test('nobody sees another person’s work, and who may not do it cannot ask for it', async () => {
  const id = await work.begin(ctx, { line: 'g' }, 'six');
  const other = await t.ctx(network.id, await t.person(network.id, ['network_admin']));
  await expect(work.state(other, id)).rejects.toMatchObject({ kind: 'notFound' });
  await expect(work.state(ctx, 'nonsense')).rejects.toMatchObject({ kind: 'notFound' });
  const reader = await t.ctx(network.id, await t.person(network.id, ['auditor']));
  await expect(work.begin(reader, { line: 'h' }, 'six')).rejects.toMatchObject({ kind: 'forbidden' });
  await perform(id);
});
