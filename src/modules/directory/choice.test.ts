/** What a provider chose: each value and each child by itself, and nothing that came later. */
import { expect, test } from 'vitest';
import type { Rec } from '#modules/organisations';
import { choosable, marksAsChosen, openNow, openUnchosen } from './choice.ts';

const rec = (marks: Rec['marks']): Rec => ({
  id: 'r',
  kind: 'service',
  organizationId: 'o',
  confidential: false,
  seq: 1,
  at: new Date(0),
  fields: {
    organization_id: 'o',
    name: 'Night shelter',
    alert: 'Full',
    phones: [
      { id: 'desk', number: '555-0100' },
      { id: 'back', number: '555-0101' },
    ],
  },
  marks,
});

test('each value and each child of a list is chosen by itself; links are nobody’s choice', () => {
  expect(choosable(rec({}))).toEqual(['name', 'alert', 'phones/desk', 'phones/back']);
});

test('what is chosen is public, what was public and is not chosen stays inside, and a list is never public as such', () => {
  const open = rec({ name: 'public', alert: 'public', phones: 'public', 'phones/back': 'hotline' });
  const marks = marksAsChosen(open, new Set(['name', 'phones/desk']));
  expect(marks).toEqual({
    name: 'public',
    alert: 'partner',
    phones: 'partner',
    'phones/back': 'hotline',
    'phones/desk': 'public',
  });
  // A number that comes later follows its list.
  expect(marks.phones).not.toBe('public');
  expect(marksAsChosen(rec({}), new Set())).toEqual({});
});

test('a list that was chosen whole opens the children it has', () => {
  expect(marksAsChosen(rec({}), new Set(['phones']))).toEqual({ 'phones/desk': 'public', 'phones/back': 'public' });
});

test('what is open and was not chosen is told', () => {
  const open = rec({ name: 'public', phones: 'public', 'phones/back': 'hotline' });
  expect(openNow(open)).toEqual(['name', 'phones/desk']);
  expect(openUnchosen(open, new Set(['name']))).toEqual(['phones/desk']);
  expect(openUnchosen(open, new Set(['name', 'phones']))).toEqual([]);
});
