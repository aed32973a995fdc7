import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberFrom, readValues, writeValues } from './values-file.ts';

const today = '2026-06-15';
const said = (text: string) =>
  readValues(text, today).problems.map(({ line, said: { key } }) => [line, key.split('.').at(-1)]);

test('a pasted table with a heading gives its values, with the line each stands on', () => {
  expect(readValues('day,value,note\n2026-03-31,"1,250",counted\n2026-06-01,,survey not held\n', today)).toEqual({
    values: [
      { line: 2, on: '2026-03-31', value: 1250, note: { en: 'counted' } },
      { line: 3, on: '2026-06-01', value: null, note: { en: 'survey not held' } },
    ],
    problems: [],
  });
});

test('semicolons, tabs, a byte order mark and Spanish headings are understood', () => {
  expect(readValues('\uFEFFdía;valor;nota\r\n2026-01-31;4\r\n', today).values).toMatchObject([
    { on: '2026-01-31', value: 4 },
  ]);
  expect(readValues('2026-01-31\t4.5\n2026-02-28\t-3', today).values.map(({ value }) => value)).toEqual([4.5, -3]);
});

test('every bad line is named with what is wrong with it', () => {
  const text = [
    'day,value,note',
    '2026-02-30,1',
    '2027-01-01,1',
    '2026-01-01,many',
    '2026-01-02,',
    '2026-01-03,1',
    '2026-01-03,2',
    'never,1',
  ].join('\n');
  expect(said(text)).toEqual([
    [2, 'badDay'],
    [3, 'future'],
    [4, 'badNumber'],
    [5, 'missingWhy'],
    [7, 'twice'],
    [8, 'badDay'],
  ]);
});

test('nothing, an open quote and a heading alone give a sentence and no value', () => {
  expect(said('   \n\n')).toEqual([[1, 'nothing']]);
  expect(said('day,value\n')).toEqual([[1, 'nothing']]);
  expect(readValues('day,value\n2026-01-01,"12', today).values).toEqual([]);
  expect(said('day,value\n2026-01-01,"12').at(-1)?.[1]).toBe('unreadable');
});

test('numbers are read as people write them and nothing else is taken for one', () => {
  expect(['12', '-3.5', '1,234,567.8', '.5', '2e3'].map(numberFrom)).toEqual([12, -3.5, 1234567.8, 0.5, 2000]);
  expect(['12,34', '0x10', '1 2', 'NaN', 'Infinity', '--1', '1e999', '$5'].map(numberFrom)).toEqual(
    Array(8).fill(undefined),
  );
  expect(numberFrom('  ')).toBe(null);
});

test('a written file carries no cell that a spreadsheet would run', () => {
  const file = writeValues([{ on: '2026-01-01', value: 1, why: { en: '=HYPERLINK("http://x")', es: '@SUM(A1)' } }]);
  expect(file).toContain('"\'=HYPERLINK(""http://x"")"');
  expect(file).toContain("'@SUM(A1)");
});

test('what was written is read back as it was', () => {
  const day = fc
    .integer({ min: 0, max: 5000 })
    .map((n) => new Date(Date.UTC(2010, 0, 1) + n * 86_400_000).toISOString().slice(0, 10));
  // What a form could have saved: trimmed, one line feed style, no NUL.
  const note = fc
    .string({ maxLength: 40, unit: fc.constantFrom(...'ab ñ"\',;=+-@\t\n'.split('')) })
    .map((text) => text.trim())
    .filter(Boolean);
  const value = fc.record({
    on: day,
    value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    why: fc.record({ en: note }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(value, { selector: ({ on }) => on, minLength: 1, maxLength: 20 }), (values) => {
      const back = readValues(writeValues(values), today);
      expect(back.problems).toEqual([]);
      const sorted = [...values].sort((a, b) => (a.on < b.on ? -1 : 1));
      expect(back.values.map(({ on, value: one, note: text }) => [on, one, text?.en])).toEqual(
        sorted.map(({ on, value: one, why }) => [on, one === null ? null : one + 0, why.en]),
      );
    }),
  );
});
