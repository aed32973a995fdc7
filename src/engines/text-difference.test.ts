import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textDifference } from './text-difference.ts';

const without = (parts: ReturnType<typeof textDifference>, kind: string) =>
  parts
    .filter((part) => part.kind !== kind)
    .map((part) => part.text)
    .join('');

test('a changed word is shown as removed and added, the rest stays', () => {
  expect(textDifference('Train staff by May.', 'Train all staff by June.')).toEqual([
    { kind: 'same', text: 'Train ' },
    { kind: 'added', text: 'all ' },
    { kind: 'same', text: 'staff by ' },
    { kind: 'removed', text: 'May' },
    { kind: 'added', text: 'June' },
    { kind: 'same', text: '.' },
  ]);
});

test('both texts can be read back exactly from a difference', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'ñ', ' ', '  ', '.', '\n', '🙂'), { maxLength: 30 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = textDifference(before, after);
      expect(without(parts, 'added')).toBe(before);
      expect(without(parts, 'removed')).toBe(after);
    }),
  );
});

test('very long texts that share nothing are one change', () => {
  const before = 'x '.repeat(2000);
  const after = 'y '.repeat(2000);
  const parts = textDifference(before, after);
  expect(parts.length).toBeLessThan(5);
  expect(without(parts, 'added')).toBe(before);
  expect(without(parts, 'removed')).toBe(after);
});
