import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LevelName, PlanRow, Text } from '../shape.ts';
import { scopeKinds, statusClasses } from '../shape.ts';
import { protect, unprotect } from '#engines/spreadsheet-cells';
import { normalRow } from './columns.ts';
import { readPlan } from './read.ts';
import { type PlanFile, type PlanFormat, writePlan } from './write.ts';

const nasty = fc.constantFrom(
  '=1+1',
  '+1 713',
  '-x',
  '@SUM(A1)',
  '\tx',
  "'=x",
  "''quoted",
  '"q"',
  'a,b;c|d',
  'line\nbreak',
  'cr\r\nlf',
  '\r',
  ' spaced ',
  '👩‍🚒🏳️‍🌈',
  '_x000D_',
  '\u0001',
  '\uFEFFbom',
  '\uFFFE',
  '<b>&amp;',
  '\\n\\',
  'ñandú',
  '#',
  ' […long-1]',
  'long '.repeat(9_000),
);
const words = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }) },
  { weight: 2, arbitrary: nasty },
  { weight: 1, arbitrary: fc.tuple(nasty, fc.string({ unit: 'binary' })).map(([a, b]) => a + b) },
);
const text: fc.Arbitrary<Text> = fc.record({ en: words, es: words }, { requiredKeys: ['en'] });
const day = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const amount = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000_000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const list = fc.array(words, { maxLength: 3 });

const fields = fc.record(
  {
    description: text,
    history: fc.array(
      fc.record(
        { on: day, status: fc.constantFrom(...statusClasses), reason: text },
        { requiredKeys: ['on', 'status'] },
      ),
      { maxLength: 4 },
    ),
    scope: fc.array(
      fc.record(
        {
          on: day,
          kind: fc.constantFrom(...scopeKinds),
          into: fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 3 }),
          reason: text,
        },
        { requiredKeys: ['on', 'kind'] },
      ),
      { maxLength: 4 },
    ),
    lead: words,
    partners: list,
    due: day,
    themes: list,
    pillars: list,
    fundingNeeded: amount,
    fundingSecured: amount,
    dependsOn: fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 3 }),
    milestones: fc.array(fc.record({ title: text, due: day, doneOn: day }, { requiredKeys: ['title'] }), {
      maxLength: 3,
    }),
  },
  { requiredKeys: ['history'] },
);
const item = fc.record({
  climb: fc.nat({ max: 3 }),
  number: fc.oneof(fc.constantFrom('', '1.10', '1.1', 'A.1', '=1'), words),
  title: text,
  leaf: fc.boolean(),
  ref: fc.boolean(),
  fields,
});
/** Trees of any shape: each row is at most one level deeper than the one before. */
const rowsOf: fc.Arbitrary<PlanRow[]> = fc.array(item, { minLength: 1, maxLength: 8 }).map((items) => {
  let depth = -1;
  return items.map(({ climb, ref, fields: more, ...row }, i) => {
    depth = Math.max(0, depth + 1 - climb);
    return { ...row, depth, ...(ref ? { ref: i + 1 } : {}), ...more };
  });
});
const levelNames: fc.Arbitrary<LevelName[]> = fc.array(fc.record({ one: text, many: text }), {
  minLength: 8,
  maxLength: 8,
});
const planFile: fc.Arbitrary<PlanFile> = fc.record({ title: text, levels: levelNames, rows: rowsOf });

const again = async (plan: PlanFile, format: PlanFormat) => {
  const bytes = await writePlan(plan, format);
  const read = await readPlan(bytes, { today: '2026-01-01' });
  const rows = read.rows.map((row) => normalRow(row));
  return {
    bytes,
    read,
    rows,
    plan: { title: read.titleText ?? { en: '' }, levels: read.levelNames, rows } satisfies PlanFile,
  };
};

test('csv: what is written is read back to the letter, and written again it is the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(planFile, async (plan) => {
      const first = await again(plan, 'csv');
      expect(first.rows).toEqual(plan.rows.map(normalRow));
      expect(Buffer.from(await writePlan(first.plan, 'csv')).equals(first.bytes)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('xlsx: what is written is read back to the letter, and written again it is the same content', async () => {
  await fc.assert(
    fc.asyncProperty(planFile, async (plan) => {
      const first = await again(plan, 'xlsx');
      expect(first.rows).toEqual(plan.rows.map(normalRow));
      const second = await again(first.plan, 'xlsx');
      expect(second.plan).toEqual(first.plan);
      expect(Buffer.from(second.bytes).equals(Buffer.from(await writePlan(first.plan, 'xlsx')))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('json: what is written is read back whole, with level names and title', async () => {
  await fc.assert(
    fc.asyncProperty(planFile, async (plan) => {
      const first = await again(plan, 'json');
      expect(first.rows).toEqual(plan.rows.map(normalRow));
      expect(Buffer.from(await writePlan(first.plan, 'json')).equals(first.bytes)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

const small: PlanFile = {
  title: { en: 'A plan', es: 'Un plan' },
  levels: [
    { one: { en: 'Goal', es: 'Meta' }, many: { en: 'Goals', es: 'Metas' } },
    { one: { en: 'Action', es: 'Acción' }, many: { en: 'Actions', es: 'Acciones' } },
  ],
  rows: [
    { ref: 1, depth: 0, number: '1', title: { en: 'Begin', es: 'Empezar' }, leaf: false, history: [] },
    {
      ref: 2,
      depth: 1,
      number: '1.1',
      title: { en: '=HYPERLINK("x")', es: 'Dos; tres' },
      leaf: true,
      history: [
        { on: '2018-01-02', status: 'active' },
        { on: '2019-04-25', status: 'excluded', reason: { en: 'Merged | moved', es: 'Unida' } },
      ],
      partners: ['Police; county', 'Health'],
      milestones: [{ title: { en: 'Sign' }, doneOn: '2019-01-01' }],
      scope: [
        { on: '2018-01-02', kind: 'added' },
        { on: '2019-05-01', kind: 'split', into: [2, 1], reason: { en: 'Two | tasks', es: 'Dos tareas' } },
      ],
    },
  ],
  published: { asOf: '2019-04-25', done: 0, active: 0, notBegun: 0, excluded: 1, source: 'https://example.org/plan' },
};

test('every format keeps title, level names and, where it can, the published totals', async () => {
  for (const format of ['csv', 'xlsx', 'json'] as const) {
    const { read } = await again(small, format);
    expect(read.titleText, format).toEqual(small.title);
    expect(read.levelNames, format).toEqual(small.levels);
    expect(read.levels, format).toEqual([
      { name: 'Goal', count: 1 },
      { name: 'Action', count: 1 },
    ]);
    expect(read.problems, format).toEqual([]);
    expect(read.published, format).toEqual(format === 'csv' ? null : small.published);
  }
});

test('the csv is readable by a person and cannot run in a spreadsheet', async () => {
  const csv = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await writePlan(small, 'csv'));
  expect(csv.startsWith('\uFEFFRef,Depth,Level,')).toBe(true);
  expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
  expect(csv).toContain('"2018-01-02 In progress\n2019-04-25 No longer needed | Merged \\| moved | Unida"');
  expect(csv).toContain('"Police\\; county; Health"');
  expect(csv).toContain('"2018-01-02 Added\n2019-05-01 Split into 2, 1 | Two \\| tasks | Dos tareas"');
});

test('a protecting apostrophe is put before every cell that could run, and taken away once', () => {
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string()), (cell) => {
      const safe = protect(cell);
      expect(unprotect(safe)).toBe(cell);
      expect(/^[=+@\t\r]|^-(?!\d+(\.\d+)?(e[+-]?\d+)?$)/i.test(safe)).toBe(false);
    }),
  );
});

test('a status that a person changed in our own file becomes one new dated fact', async () => {
  const csv = new TextDecoder().decode(await writePlan(small, 'csv'));
  const edited = csv.replace(',No longer needed,', ',Completed,');
  const read = await readPlan(new TextEncoder().encode(edited), { asOf: '2020-06-15' });
  expect(read.rows[1]?.history).toEqual([...small.rows[1]!.history, { on: '2020-06-15', status: 'done' }]);
});

test('the same plan is the same bytes whatever the clock or the order of the fields says', async () => {
  const shuffled = {
    ...small,
    rows: small.rows.map((row) => Object.fromEntries(Object.entries(row).reverse()) as unknown as PlanRow),
  };
  for (const format of ['csv', 'xlsx', 'json'] as const) {
    expect(Buffer.from(await writePlan(shuffled, format)).equals(await writePlan(small, format)), format).toBe(true);
  }
});
