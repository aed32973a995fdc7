import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StatusFact } from './shape.ts';
import type { Change, SnapshotItem } from './story.ts';
import { diffRevision, storyOf } from './story.ts';
import { textDifference } from '#engines/text-difference';

const item = (ref: number, more: Partial<SnapshotItem> = {}): SnapshotItem => ({
  ref,
  parentRef: null,
  position: ref,
  number: String(ref),
  title: { en: `Item ${ref}` },
  facts: [],
  scope: [],
  ...more,
});
const keys = (changes: Change[]) => changes.map(({ ref, said }) => `${ref} ${said.key.replace('plan.story.', '')}`);
const edit = (before: Partial<SnapshotItem>, after: Partial<SnapshotItem>) =>
  diffRevision([item(1, before)], [item(1, after)]);

// Words

test('the pieces that stayed and were taken out are the old text, those that stayed and were put in the new', () => {
  const word = fc.constantFrom(
    'train',
    'officers',
    'hotel',
    'y',
    'formación',
    'niñez',
    '¿qué?',
    '65',
    ',',
    '.',
    '\n',
    '  ',
    '-',
  );
  const text = fc.oneof(
    fc.array(word, { maxLength: 25 }).map((words) => words.join(' ')),
    fc.string({ unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(text, text, (before, after) => {
      const pieces = textDifference(before, after);
      const joined = (kind: string) =>
        pieces
          .filter((piece) => piece.kind === 'same' || piece.kind === kind)
          .map((p) => p.text)
          .join('');
      expect([joined('removed'), joined('added')]).toEqual([before, after]);
      expect(pieces.every((piece) => piece.text !== '')).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a changed phrase is one change, and Spanish words stay whole', () => {
  expect(textDifference('Train ten hotel owners', 'Train every motel owner')).toEqual([
    { kind: 'same', text: 'Train ' },
    { kind: 'removed', text: 'ten hotel owners' },
    { kind: 'added', text: 'every motel owner' },
  ]);
  expect(textDifference('la niñez', 'la niña')).toEqual([
    { kind: 'same', text: 'la ' },
    { kind: 'removed', text: 'niñez' },
    { kind: 'added', text: 'niña' },
  ]);
  expect(textDifference('same', 'same')).toEqual([{ kind: 'same', text: 'same' }]);
});

test('two texts with nothing in common are shown one out, one in', () => {
  const long = (stem: string) => Array.from({ length: 3000 }, (_, index) => `${stem}${index}`).join(' ');
  expect(textDifference(long('a'), long('b')).map(({ kind }) => kind)).toEqual(['removed', 'added']);
});

// Revisions

test('equal revisions have no difference, in whatever order their rows come', () => {
  const items = [item(1), item(2, { parentRef: 1 }), item(3, { parentRef: 1, description: { en: 'a', es: 'b' } })];
  expect(diffRevision(items, [...items].reverse())).toEqual([]);
});

test('added and gone items are told once each, with their title and without a list of their parts', () => {
  const after = [
    item(2, {
      number: '1.2',
      title: { en: 'New', es: 'Nueva' },
      facts: [{ id: 'a', on: '2024-01-01', status: 'active' }],
    }),
  ];
  expect(diffRevision([item(1)], after)).toEqual([
    {
      ref: 2,
      kind: 'added',
      said: { key: 'plan.story.added', values: { number: '1.2', status: 'active' } },
      subject: { en: 'New', es: 'Nueva' },
    },
    { ref: 1, kind: 'scope', said: { key: 'plan.story.gone', values: { number: '1' } }, subject: { en: 'Item 1' } },
  ]);
});

test('wording is compared in each language, word by word', () => {
  const changes = edit(
    { title: { en: 'Train hotels' } },
    { title: { en: 'Train motels', es: 'Capacitar' }, description: { en: 'x' } },
  );
  expect(changes.map(({ field, locale, said, before, after }) => [field, locale, said.key, before, after])).toEqual([
    ['title', 'en', 'plan.story.textChanged', 'Train hotels', 'Train motels'],
    ['title', 'es', 'plan.story.textAdded', null, 'Capacitar'],
    ['description', 'en', 'plan.story.textAdded', null, 'x'],
  ]);
  expect(changes[0]!.words).toEqual([
    { kind: 'same', text: 'Train ' },
    { kind: 'removed', text: 'hotels' },
    { kind: 'added', text: 'motels' },
  ]);
});

test.each<[string, Partial<SnapshotItem>, Partial<SnapshotItem>, string, Record<string, unknown>]>([
  ['a new lead', {}, { lead: 'Health' }, 'fieldAdded', { field: 'lead', after: 'Health' }],
  ['no lead any more', { lead: 'Health' }, {}, 'fieldRemoved', { field: 'lead', before: 'Health' }],
  [
    'a later due day',
    { due: '2024-01-01' },
    { due: '2024-06-01' },
    'fieldChanged',
    { before: '2024-01-01', after: '2024-06-01' },
  ],
  ['funding secured from zero', { fundingSecured: 0 }, { fundingSecured: 5 }, 'fieldChanged', { before: 0, after: 5 }],
  ['funding named as zero', {}, { fundingNeeded: 0 }, 'fieldAdded', { field: 'fundingNeeded', after: 0 }],
  ['partners', { partners: ['A', 'B'] }, { partners: ['B', 'C'] }, 'listChanged', { added: 'C', removed: 'A' }],
  ['themes', {}, { themes: ['schools'] }, 'listAdded', { field: 'themes', added: 'schools', removed: '' }],
  ['what it waits for', { dependsOn: [9] }, { dependsOn: [1] }, 'listChanged', { added: '1', removed: '9' }],
  [
    'a milestone',
    {},
    { milestones: [{ title: { en: 'Kick-off' }, due: '2024-02-01' }] },
    'milestoneAddedDue',
    { due: '2024-02-01' },
  ],
  [
    'a milestone reached',
    { milestones: [{ title: { en: 'Kick-off' } }] },
    { milestones: [{ title: { en: 'Kick-off' }, doneOn: '2024-02-03' }] },
    'milestoneDone',
    { on: '2024-02-03' },
  ],
  [
    'a milestone taken back',
    { milestones: [{ title: { en: 'Kick-off' }, doneOn: '2024-02-03' }] },
    { milestones: [{ title: { en: 'Kick-off' } }] },
    'milestoneReopened',
    { before: '2024-02-03' },
  ],
  [
    'a milestone translated',
    { milestones: [{ title: { en: 'Kick-off' } }] },
    { milestones: [{ title: { en: 'Kick-off', es: 'Inicio' } }] },
    'milestoneTitleAdded',
    { locale: 'es', after: 'Inicio' },
  ],
  ['a milestone gone', { milestones: [{ title: { en: 'Kick-off' } }] }, {}, 'milestoneGone', {}],
  [
    'a merger',
    {},
    { scope: [{ on: '2024-01-01', kind: 'merged', into: [1] }] },
    'scopeMergedInto',
    { on: '2024-01-01', into: '1' },
  ],
  ['a scope fact that vanished', { scope: [{ on: '2024-01-01', kind: 'added' }] }, {}, 'scopeGone', { kind: 'added' }],
  [
    'an update',
    {},
    { updates: [{ id: 'u', on: '2024-01-01', text: { en: 'Begun' } }] },
    'update',
    { on: '2024-01-01' },
  ],
  [
    'an update reworded',
    { updates: [{ id: 'u', on: '2024-01-01', text: { en: 'Begun' } }] },
    { updates: [{ id: 'u', on: '2024-01-01', text: { en: 'Begun well' } }] },
    'updateChanged',
    { on: '2024-01-01' },
  ],
  [
    'an update gone',
    { updates: [{ id: 'u', on: '2024-01-01', text: { en: 'Begun' } }] },
    {},
    'updateGone',
    { on: '2024-01-01' },
  ],
  ['a review', {}, { reviews: [{ on: '2024-01-01' }] }, 'reviewed', { on: '2024-01-01' }],
])('%s is told', (_, before, after, key, values) => {
  const changes = edit(before, after);
  expect(keys(changes)).toEqual([`1 ${key}`]);
  expect(changes[0]!.said.values).toMatchObject(values);
});

test('a new status says what it was before; a correction starts from the class it corrects; a vanished fact is not hidden', () => {
  const facts: StatusFact[] = [
    { id: 'a', on: '2024-01-01', status: 'active' },
    { id: 'b', on: '2024-02-01', status: 'done', reason: { en: 'Opened' } },
    { id: 'c', on: '2024-03-01', status: 'active', retracts: 'b' },
  ];
  const changes = edit({ facts: facts.slice(0, 1) }, { facts });
  expect(changes.map(({ said, reason }) => [said.key, said.values, reason])).toEqual([
    ['plan.story.status', { on: '2024-02-01', from: 'active', to: 'done' }, { en: 'Opened' }],
    ['plan.story.corrected', { on: '2024-03-01', from: 'done', to: 'active' }, undefined],
  ]);
  expect(keys(edit({ facts }, { facts: facts.slice(0, 2) }))).toEqual(['1 statusGone']);
});

test('an indicator’s definition and its figures are told apart, and a missing figure is no zero', () => {
  const indicator = (more = {}) => ({ id: 'i', title: { en: 'Calls' }, direction: 'up' as const, values: [], ...more });
  const before = { indicators: [indicator({ target: { value: 5 }, values: [{ on: '2024-01-31', value: 1 }] })] };
  const after = {
    indicators: [
      indicator({
        target: { value: 6 },
        values: [
          { on: '2024-01-31', value: 2 },
          { on: '2024-02-29', value: null, why: { en: 'System down' } },
          { on: '2024-03-31', value: 4 },
        ],
      }),
    ],
  };
  expect(edit(before, after).map(({ said, reason }) => [said, reason])).toEqual([
    [{ key: 'plan.story.indicatorFieldChanged', values: { field: 'target', before: 5, after: 6 } }, undefined],
    [{ key: 'plan.story.valueChanged', values: { on: '2024-01-31', before: 1, after: 2 } }, undefined],
    [{ key: 'plan.story.valueMissing', values: { on: '2024-02-29' } }, { en: 'System down' }],
    [{ key: 'plan.story.value', values: { on: '2024-03-31', value: 4 } }, undefined],
  ]);
  expect(keys(edit(after, {}))).toEqual(['1 indicatorGone']);
});

test('a row put in front makes no other row “moved”; one row carried past the others is the only one that moved', () => {
  const four = [1, 2, 3, 4].map((ref) => item(ref));
  const shifted = four.map((one) => ({ ...one, position: one.position + 1 }));
  expect(keys(diffRevision(four, [item(9, { position: 0 }), ...shifted]))).toEqual(['9 added']);
  expect(keys(diffRevision(four, [...four.slice(1), item(1, { position: 7 })]))).toEqual(['1 reordered']);
});

test('reordering reports the fewest rows that explain it', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7], { minLength: 7 }), (order) => {
      const after = order.map((ref, position) => item(ref, { position, number: String(ref) }));
      const moved = diffRevision(
        [1, 2, 3, 4, 5, 6, 7].map((ref) => item(ref)),
        after,
      ).length;
      // By trying every subset: the longest that kept its order.
      let longest = 0;
      for (let mask = 0; mask < 128; mask += 1) {
        const run = order.filter((_, index) => mask & (1 << index));
        if (run.every((ref, index) => index === 0 || run[index - 1]! < ref)) longest = Math.max(longest, run.length);
      }
      expect(moved).toBe(7 - longest);
    }),
  );
});

test('an item under a new parent moved, and says from where to where', () => {
  const before = [item(1), item(2), item(3, { parentRef: 1, number: '1.1' })];
  const after = [item(1), item(2), item(3, { parentRef: 2, number: '2.1' })];
  expect(diffRevision(before, after)).toMatchObject([
    { ref: 3, kind: 'moved', before: '1', after: '2', said: { values: { from: '1', to: '2' } } },
    { ref: 3, kind: 'renumbered', before: '1.1', after: '2.1' },
  ]);
});

test('numbers that only follow their parent’s are counted, not listed; one that goes its own way is listed', () => {
  const tree = (top: string, own: string) => [
    item(1, { number: top }),
    item(2, { parentRef: 1, number: `${top}.1` }),
    item(3, { parentRef: 2, number: `${top}.1.1` }),
    item(4, { parentRef: 1, number: own }),
  ];
  expect(diffRevision(tree('1', '1.2'), tree('2', '2.5'))).toMatchObject([
    { ref: 1, kind: 'renumbered', said: { values: { before: '1', after: '2', below: 2 } } },
    { ref: 4, kind: 'renumbered', said: { values: { before: '1.2', after: '2.5', below: 0 } } },
  ]);
});

// An item's life

test('the story of an item is told in order, with who and why, and a retracted fact stays in it', () => {
  const told = item(5, {
    scope: [{ on: '2019-01-01', kind: 'added', by: 'R. Sample' }],
    facts: [
      { id: 'a', on: '2019-02-01', status: 'active' },
      { id: 'b', on: '2019-04-01', status: 'done' },
      {
        id: 'c',
        on: '2019-05-01',
        status: 'excluded',
        retracts: 'b',
        reason: { en: 'Law changed' },
        by: 'R. Sample',
        approvedBy: 'T. Example',
      },
    ],
    updates: [{ id: 'u', on: '2019-03-01', text: { en: 'First class held' } }],
    reviews: [{ on: '2019-03-01' }],
    milestones: [{ title: { en: 'Class' }, doneOn: '2019-03-01' }, { title: { en: 'Open' } }],
    indicators: [{ id: 'i', title: { en: 'Trained' }, direction: 'up', values: [{ on: '2019-03-01', value: 12 }] }],
  });
  const wording: Change = {
    ref: 5,
    kind: 'changed',
    field: 'lead',
    said: { key: 'plan.story.fieldAdded', values: { field: 'lead' } },
  };
  const elsewhere: Change = { ...wording, ref: 6 };
  const doubled: Change = { ref: 5, kind: 'status', said: { key: 'plan.story.status', values: {} } };
  const entries = storyOf(told, [
    { on: '2019-02-01', by: 'R. Sample', approvedBy: 'T. Example', changes: [wording, elsewhere, doubled] },
  ]);
  expect(entries.map(({ on, said, counted }) => [on, said.key.replace('plan.story.', ''), counted])).toEqual([
    ['2019-01-01', 'scopeAdded', true],
    ['2019-02-01', 'fieldAdded', true],
    ['2019-02-01', 'status', true],
    ['2019-03-01', 'milestoneDone', true],
    ['2019-03-01', 'value', true],
    ['2019-03-01', 'update', true],
    ['2019-03-01', 'reviewed', true],
    ['2019-04-01', 'status', false],
    ['2019-05-01', 'corrected', true],
  ]);
  expect(entries.at(-1)).toMatchObject({ by: 'R. Sample', approvedBy: 'T. Example', reason: { en: 'Law changed' } });
  expect(entries[1]).toMatchObject({ change: wording, approvedBy: 'T. Example' });
  expect(entries[5]!.text).toEqual({ en: 'First class held' });
});

test('every dated fact of an item is in its story', () => {
  const day = fc.integer({ min: 10, max: 28 }).map((n) => `2020-01-${n}`);
  const status = fc.constantFrom('done' as const, 'active' as const, 'excluded' as const);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(day, status), { maxLength: 8 }),
      fc.array(day, { maxLength: 5 }),
      (facts, reviews) => {
        const told = item(1, {
          facts: facts.map(([on, s], index) => ({ id: String(index), on, status: s })),
          reviews: reviews.map((on) => ({ on })),
        });
        const days = storyOf(told).map(({ on }) => on);
        expect(days).toEqual([...facts.map(([on]) => on), ...reviews].sort());
      },
    ),
  );
});

test('no sentence is left with an empty place: each kind of coming and going has its own words', () => {
  const milestone = (more = {}) => ({ milestones: [{ title: { en: 'Kick-off' }, ...more }] });
  const measured = (value: number | null) => ({
    indicators: [{ id: 'i', title: { en: 'Calls' }, direction: 'up' as const, values: [{ on: '2024-01-31', value }] }],
  });
  const all = [
    edit({}, { number: '' }),
    edit({ partners: ['A'] }, {}),
    edit(milestone(), milestone({ due: '2024-02-01' })),
    edit(milestone({ due: '2024-02-01' }), milestone()),
    edit({}, milestone()),
    edit({}, { scope: [{ on: '2024-01-01', kind: 'split' }] }),
    edit(measured(null), measured(3)),
    edit(measured(3), measured(null)),
    diffRevision([item(1), item(2)], [item(1), item(2, { parentRef: 1 })]),
    diffRevision([item(1, { number: '' }), item(2, { parentRef: 1 })], [item(1, { number: '' }), item(2)]),
  ];
  expect(all.flatMap(keys)).toEqual([
    '1 numberRemoved',
    '1 listRemoved',
    '1 milestoneDueAdded',
    '1 milestoneDueRemoved',
    '1 milestoneAdded',
    '1 scopeSplit',
    '1 value',
    '1 valueMissing',
    '2 movedFromTop',
    '2 movedToTop',
  ]);
  expect(all.at(-1)![0]!.said.values).toEqual({ from: 'Item 1', to: '' });
});
