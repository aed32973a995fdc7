import { expect, test } from 'vitest';
import { exchangeMessages } from './problems.ts';
import { dayOrder, readDay } from './days.ts';
import { classifyStatus, isStatusWord, knownStatusWords, statusPrinted } from './status.ts';
import { fold } from './words.ts';

test.each([
  ['Completed', 'done'],
  ['COMPLETE', 'done'],
  ['Complete and/or now considered on-going', 'done'],
  ['Achieved', 'done'],
  ['Finalitzat', 'done'],
  ['Finalizada', 'done'],
  ['In  Progress', 'active'],
  ['On Track', 'active'],
  ['Off Track', 'active'],
  ['At Risk', 'active'],
  ['Ahead', 'active'],
  ['Some Delay', 'active'],
  ['Some Disruption', 'active'],
  ['Progressed Paused', 'active'],
  ['En Marxa', 'active'],
  ['Iniciat', 'active'],
  ['En curso', 'active'],
  ['Not yet begun', 'notBegun'],
  ['Not Started', 'notBegun'],
  ['Upcoming', 'notBegun'],
  ['Pendiente', 'notBegun'],
  ['Continuous', 'ongoing'],
  ['On-going', 'ongoing'],
  ['Permanente', 'ongoing'],
  ['Not Necessary', 'excluded'],
  ['No Longer Needed', 'excluded'],
  ['Canceled', 'excluded'],
  ['Ya no es necesaria', 'excluded'],
  ['Unavailable', 'unknown'],
] as const)('%s is %s', (word, of) => {
  expect(classifyStatus(word)).toBe(of);
});

test.each([
  'On Target',
  'Off Target',
  'Caution',
  'Lagging',
  'Insufficient Progress',
  'Monitoring',
  'Major Disruption',
  'Major Disruption (deferred)',
  'Delayed',
  'Blocked',
  'behind',
  'overdue',
  'Not Achieved',
])('%s is known and left for a person', (word) => {
  expect(isStatusWord(word)).toBe(true);
  expect(classifyStatus(word)).toBeNull();
});

test('a word that is no status is neither', () => {
  expect(isStatusWord('Health department')).toBe(false);
  expect(classifyStatus('Health department')).toBeNull();
});

test('a given meaning wins over the vocabulary, whatever the case and accents', () => {
  expect(classifyStatus('on target', { 'On Target': 'ongoing' })).toBe('ongoing');
  expect(classifyStatus('Complétéd', { completed: 'excluded' })).toBe('excluded');
  expect(classifyStatus('constructor', {})).toBeNull();
});

test('no word is in two classes, and what we print is what we read', () => {
  const seen = new Map<string, unknown>();
  for (const { word, class: of } of knownStatusWords) {
    expect(seen.has(fold(word)) ? seen.get(fold(word)) : of, word).toBe(of);
    seen.set(fold(word), of);
  }
  for (const [of, word] of Object.entries(statusPrinted)) expect(classifyStatus(word)).toBe(of);
});

test.each([
  ['2019-04-25', '2019-04-25'],
  ['2019-04-25T10:00:00Z', '2019-04-25'],
  ['April 25th, 2019', '2019-04-25'],
  ['25 de abril de 2019', '2019-04-25'],
  ['1.º de mayo de 2020', '2020-05-01'],
  ['25 d’abril de 2019', '2019-04-25'],
  ['4/25/2019', '2019-04-25'],
  ['25/4/2019', '2019-04-25'],
  ['25.04.2019', '2019-04-25'],
  ['4/25/19', '2019-04-25'],
  ['2020-02-29', '2020-02-29'],
])('the day %s is %s', (text, day) => {
  expect(readDay(text)).toEqual({ day });
});

test('days that are impossible, doubtful or partial are told apart', () => {
  expect(readDay('2019-02-29')).toEqual({ day: null, why: 'impossible' });
  expect(readDay('13/13/2019')).toEqual({ day: null, why: 'impossible' });
  expect(readDay('someday')).toEqual({ day: null, why: 'unreadable' });
  expect(readDay('03/04/2019')).toEqual({ day: '2019-03-04', doubt: 'order' });
  expect(readDay('03/04/2019', 'dmy')).toEqual({ day: '2019-04-03', doubt: 'order' });
  expect(readDay('04/04/2019')).toEqual({ day: '2019-04-04' });
  expect(readDay('Q2 2020')).toEqual({ day: '2020-06-30', doubt: 'partial' });
  expect(readDay('2020')).toEqual({ day: '2020-12-31', doubt: 'partial' });
  expect(dayOrder(['1/2/2019', '25/4/2019'])).toBe('dmy');
  expect(dayOrder(['25/4/2019', '4/25/2019'])).toBe('mdy');
});

test('both languages have every sentence, with the same names in it', () => {
  const args = (text: string): string[] =>
    [...new Set([...text.matchAll(/\{(\w+)(?=[,}])/g)].map((m) => m[1]!))].sort();
  expect(Object.keys(exchangeMessages.es)).toEqual(Object.keys(exchangeMessages.en));
  for (const [key, text] of Object.entries(exchangeMessages.en))
    expect(args(exchangeMessages.es[key]!), key).toEqual(args(text));
});
