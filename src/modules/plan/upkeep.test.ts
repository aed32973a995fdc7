import fc from 'fast-check';
import { expect, test } from 'vitest';
import { statusClasses } from './shape.ts';
import { daysBetween, marksOf } from './upkeep.ts';

const today = '2026-06-15';
const item = { ref: 7, leaf: true } as const;
const well = { status: 'active', inScope: true, touched: today, owners: [{}] } as const;
const kinds = (of: Parameters<typeof marksOf>[0], now: Parameters<typeof marksOf>[1] = well) =>
  marksOf(of, now, today, 90).map(({ kind }) => kind);

test('an item is late the day after it was due, due soon for thirty days before, and neither when it is far', () => {
  expect(kinds({ ...item, due: '2026-06-14' })).toEqual(['late']);
  expect(kinds({ ...item, due: today })).toEqual(['soon']);
  expect(kinds({ ...item, due: '2026-07-15' })).toEqual(['soon']);
  expect(kinds({ ...item, due: '2026-07-16' })).toEqual([]);
});

test('an ongoing item has no end to be late for, but somebody must still look at it', () => {
  expect(kinds({ ...item, due: '2020-01-01' }, { ...well, status: 'ongoing' })).toEqual([]);
  expect(kinds(item, { ...well, status: 'ongoing', touched: '2026-01-01' })).toEqual(['stale']);
});

test('an item is stale only after the whole review interval', () => {
  expect(kinds(item, { ...well, touched: '2026-03-17' })).toEqual([]);
  expect(kinds(item, { ...well, touched: '2026-03-16' })).toEqual(['stale']);
  expect(daysBetween('2026-03-17', today)).toBe(90);
});

test('an open milestone is late by itself, a reached one is not', () => {
  const milestones = [
    { title: { en: 'Draft' }, due: '2026-01-01', doneOn: '2026-01-05' },
    { title: { en: 'Vote' }, due: '2026-02-01' },
  ];
  const marks = marksOf({ ...item, milestones }, well, today, 90);
  expect(marks.map(({ kind, key }) => [kind, key])).toEqual([['milestone', 'milestone:7:2026-02-01:Vote']]);
});

test('what is finished, excluded, gone or no leaf needs nobody, whatever its dates', () => {
  const old = { ...item, due: '2020-01-01' };
  const alone = { ...well, owners: [], touched: '2020-01-01' };
  expect(kinds(old, { ...alone, status: 'done' })).toEqual([]);
  expect(kinds(old, { ...alone, status: 'excluded' })).toEqual([]);
  expect(kinds(old, { ...alone, inScope: false })).toEqual([]);
  expect(kinds({ ...old, leaf: false }, alone)).toEqual([]);
});

test('as days pass an occasion keeps its key, so it is told once', () => {
  const day = fc
    .integer({ min: 0, max: 2000 })
    .map((n) => new Date(Date.UTC(2024, 0, 1) + n * 86_400_000).toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, day, day, day, fc.constantFrom(...statusClasses), (due, touched, a, b, status) => {
      const now = { status, inScope: true, touched, owners: [] };
      const [one, other] = [a, b].map((on) => marksOf({ ...item, due }, now, on, 90));
      for (const mark of one!) {
        const same = other!.find(({ kind }) => kind === mark.kind);
        if (same) expect(same.key).toBe(mark.key);
      }
      // Never two marks of one kind about one occasion.
      expect(new Set(one!.map(({ key }) => key)).size).toBe(one!.length);
    }),
  );
});
