/** The days of values, asked for many at once, are those that provenance gives of one. */
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayIn } from '#kernel';
import { testApp, type TestApp } from '../../../test/support/harness.ts';
import { provenance } from './provenance.ts';
import { addChecks, saveRecords } from './records.ts';
import { records } from './tables.ts';
import { valueDays } from './value-days.ts';

let t: TestApp;
let network: { id: string };
const zone = 'America/Chicago';
beforeAll(async () => {
  t = await testApp();
  network = await t.network('days', { timezone: zone });
});
afterAll(() => t?.close());

const step = fc.record({
  hours: fc.integer({ min: 1, max: 2_000 }),
  name: fc.constantFrom('A', 'B'),
  email: fc.option(fc.constantFrom('a@example.org', 'b@example.org'), { nil: undefined }),
  phones: fc.constantFrom([], ['1'], ['1', '2']),
  check: fc.option(fc.constantFrom('*', 'name', 'email', 'phones'), { nil: undefined }),
});

test('whatever was saved and checked, both say the same days', async () => {
  const ctx = await t.ctx(network.id, 'system');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 7 }), async (history) => {
      const id = randomUUID();
      let at = Date.parse('2024-01-01T12:00:00Z');
      await t.db.run({ networkId: network.id, scope: 'system' }, async (tx) => {
        for (const { hours, name, email, phones, check } of history) {
          at += hours * 3_600_000;
          t.setClock(new Date(at));
          const fields = {
            name,
            ...(email && { email }),
            phones: phones.map((number) => ({ id: ids[number]!, number })),
          };
          await saveRecords(tx, ctx, network.id, [{ id, kind: 'organization', fields }], { source: 'staff' });
          if (check)
            await addChecks(tx, ctx, network.id, [
              { recordId: id, field: check, on: dayIn(new Date(at), zone), how: 'phone' },
            ]);
        }
        const [found] = await valueDays(tx, network.id, [id], zone);
        const versions = await records(tx)
          .selectFrom('app.record_version')
          .selectAll()
          .where('record_id', '=', id)
          .orderBy('seq')
          .execute();
        const checks = await records(tx)
          .selectFrom('app.record_check')
          .selectAll()
          .where('record_id', '=', id)
          .execute();
        const told = provenance(
          versions.map((row) => ({ ...row, seq: Number(row.seq), authorId: row.author_id })),
          checks.map((row) => ({ field: row.field, on: row.on_day, how: row.how, authorId: null })),
          (instant) => dayIn(instant, zone),
        );
        expect(Object.keys(found!.since).sort()).toEqual([...told.keys()].sort());
        for (const [field, { since, verified }] of told) {
          expect(found!.since[field]).toBe(dayIn(since.at, zone));
          const newest = [found!.checked[field], found!.checked['*']]
            .filter((day) => day !== undefined && day >= found!.since[field]!)
            .sort()
            .at(-1);
          expect(newest ?? null).toBe(verified?.on ?? null);
        }
      });
    }),
    { numRuns: 25 },
  );
});

const ids: Record<string, string> = { '1': randomUUID(), '2': randomUUID() };
