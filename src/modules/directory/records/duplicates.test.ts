/** What is said of two records that may be one. */
import { expect, test } from 'vitest';
import { saysOther } from './duplicates.ts';

test('two lists that read the same do not differ, whatever ids their entries have', () => {
  const phone = (id: string, more = {}) => [
    { id, number: '555-010-0001', languages: [{ id: `${id} es`, code: 'es' }], ...more },
  ];
  expect(saysOther(phone('a'), phone('b'))).toBe(false);
  expect(saysOther(phone('a'), phone('b', { extension: 7 }))).toBe(true);
  expect(saysOther(undefined, phone('b'))).toBe(true);
  expect(saysOther('Open Door', 'Open Door')).toBe(false);
});
