/** What whoever reviews a change is told about who will see it. */
import { expect, test } from 'vitest';
import { whoWillSee } from './who-will-see.ts';

const rec = {
  fields: {
    phones: [
      { id: 'front', number: '555-010-0001' },
      { id: 'night', number: '555-010-0002' },
    ],
  },
  marks: { phones: 'hotline', 'phones/front': 'public' },
} as const;
const [front, night] = rec.fields.phones;

test('a number put right in a public entry is said to stay public, though the list is for the hotline', () => {
  const wanted = [{ ...front, number: '555-010-0099' }, night];
  expect(whoWillSee(rec, 'phones', wanted)).toEqual({ added: null, changed: ['public'] });
});

test('what is new in a list is seen as the list is marked, and what is the same is not spoken of', () => {
  const wanted = [front, { ...night, number: '555-010-0098' }, { id: 'new', number: '555-010-0003' }];
  expect(whoWillSee(rec, 'phones', wanted)).toEqual({ added: 'hotline', changed: ['hotline'] });
  expect(whoWillSee(rec, 'phones', [front])).toEqual({ added: null, changed: [] });
  expect(whoWillSee(rec, 'phones', null)).toEqual({ added: null, changed: [] });
});
