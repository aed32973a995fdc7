/** Which move may follow which: every state against every move, written down by hand once more; and walks of any moves at all. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type EventKind,
  eventKinds,
  type ListingEvent,
  type Move,
  movesFrom,
  positionOf,
  refusal,
  standing,
  type State,
  states,
} from './listing.ts';

const event = (kind: EventKind, data: Record<string, unknown> = {}, authorId: string | null = 'a'): ListingEvent => ({
  seq: 0,
  kind,
  on: '2026-01-01',
  authorId,
  data,
});
const chain = (...kinds: (EventKind | ListingEvent)[]): ListingEvent[] =>
  kinds.map((one, seq) => ({ ...(typeof one === 'string' ? event(one) : one), seq }));

/** One way into each state. */
const ways: Record<State, ListingEvent[]> = {
  none: [],
  applied: chain('applied'),
  reviewed: chain('applied', 'reviewed'),
  called: chain('applied', 'reviewed', 'called'),
  referenced: chain('applied', 'reviewed', 'called', 'referenced'),
  visited: chain('applied', 'reviewed', 'called', 'referenced', event('skipped', { step: 'visited', reason: 'far' })),
  proposed: chain('applied', 'reviewed', 'called', 'referenced', 'visited', 'proposed'),
  listed: chain('applied', 'reviewed', 'called', 'referenced', 'visited', 'proposed', 'listed'),
  demoted: chain('applied', 'proposed', 'listed', 'published', 'demoted'),
  unlisted: chain('applied', 'proposed', 'listed', 'unlisted'),
  declined: chain('applied', 'declined'),
  withdrawn: chain('applied', 'reviewed', 'withdrawn'),
};

/** The diagram, by hand. */
const diagram: Record<State, string> = {
  none: 'applied doNotContact',
  applied: 'reviewed skipped declined withdrawn doNotContact',
  reviewed: 'called skipped declined withdrawn doNotContact',
  called: 'referenced skipped declined withdrawn doNotContact',
  referenced: 'visited skipped declined withdrawn doNotContact',
  visited: 'proposed declined withdrawn doNotContact',
  proposed: 'listed declined withdrawn reopened doNotContact',
  listed: 'unlisted published demoted doNotContact',
  demoted: 'unlisted unpublished restored doNotContact',
  unlisted: 'reopened doNotContact',
  declined: 'reopened doNotContact',
  withdrawn: 'reopened doNotContact',
};

test.each(states)('from "%s" exactly the moves of the diagram may follow', (state) => {
  const at = positionOf(ways[state]);
  expect(at.state).toBe(state);
  const may = diagram[state].split(' ').sort();
  expect(movesFrom(at).sort()).toEqual(may);
  for (const kind of eventKinds) {
    const data = { reason: 'because', ...(kind === 'skipped' && { step: stepAfter(state) }) };
    expect(refusal(at, { kind, data }, 'b') === null, `${state} → ${kind}`).toBe(may.includes(kind));
  }
});

const stepAfter = (state: State) =>
  ({ applied: 'reviewed', reviewed: 'called', called: 'referenced', referenced: 'visited' })[state as string];

test('a refused move says why in a sentence of its own', () => {
  expect(refusal(positionOf(ways.applied), { kind: 'listed', data: {} }, 'b')).toEqual({
    key: 'directory.vetting.refused.listed',
  });
});

test('who proposed a listing can neither list nor decline it, and nor can nobody', () => {
  const at = positionOf(ways.proposed);
  const second = { key: 'directory.vetting.refused.secondPerson' };
  for (const kind of ['listed', 'declined'] as const) {
    for (const by of ['a', null]) expect(refusal(at, { kind, data: { reason: 'why' } }, by)).toEqual(second);
    expect(refusal(at, { kind, data: { reason: 'why' } }, 'b')).toBeNull();
  }
  expect(refusal(positionOf(ways.visited), { kind: 'proposed', data: {} }, null)).toEqual({
    key: 'directory.vetting.refused.noPerson',
  });
});

test('a step is skipped only when it is next, and never without a reason', () => {
  const at = positionOf(ways.reviewed);
  const skip = (data: Record<string, unknown>) => refusal(at, { kind: 'skipped', data }, 'a')?.key;
  expect(skip({ step: 'called', reason: 'No telephone' })).toBeUndefined();
  expect(skip({ step: 'called' })).toBe('directory.vetting.refused.reason');
  expect(skip({ step: 'called', reason: '  ' })).toBe('directory.vetting.refused.reason');
  expect(skip({ step: 'visited', reason: 'far' })).toBe('directory.vetting.refused.skipped');
  expect(skip({ reason: 'far' })).toBe('directory.vetting.refused.skipped');
});

test('what is reopened goes back to before the step that is to be done again', () => {
  const again = (step?: string) =>
    positionOf([...ways.proposed, event('reopened', { reason: 'ask again', ...(step && { step }) })]);
  expect(again().state).toBe('applied');
  expect(again('called').state).toBe('reviewed');
  expect(again('visited').state).toBe('referenced');
  expect(again('visited').proposedBy).toBeNull();
  expect(refusal(positionOf(ways.proposed), { kind: 'reopened', data: { reason: 'why', step: 'x' } }, 'b')).not.toBe(
    null,
  );
});

test('a provider that was taken out and is listed again is not public until it chooses so again', () => {
  const events = [...ways.listed, ...chain('published', 'unlisted', 'reopened', 'proposed', 'listed')].map(
    (one, seq) => ({ ...one, seq }),
  );
  expect(standing(events, '2026-01-01')).toMatchObject({ listed: true, public: false });
  const back = chain('applied', 'proposed', 'listed', 'published', 'demoted', 'restored');
  expect(standing(back, '2026-01-01')).toMatchObject({ listed: true, public: true });
});

const move: fc.Arbitrary<Move & { by: string | null }> = fc.record({
  kind: fc.constantFrom(...eventKinds),
  data: fc.record(
    {
      reason: fc.constantFrom('why', ''),
      step: fc.constantFrom('reviewed', 'called', 'referenced', 'visited', 'listed'),
    },
    { requiredKeys: [] },
  ),
  by: fc.constantFrom('a', 'b', null),
});

test('whatever is tried in whatever order, nothing is listed that two people did not agree to, and all that is shown is listed', () => {
  fc.assert(
    fc.property(fc.constantFrom([], ways.visited, ways.proposed), fc.array(move, { maxLength: 60 }), (start, tries) => {
      const events: ListingEvent[] = [...start];
      for (const { kind, data, by } of tries) {
        if (refusal(positionOf(events), { kind, data }, by)) continue;
        events.push({ seq: events.length, kind, on: '2026-01-01', authorId: by, data });
        const at = positionOf(events);
        const now = standing(events, '2026-01-01');
        expect(now.listed).toBe(at.state === 'listed');
        expect(now.public).toBe(at.state === 'listed' && at.chosen);
        if (kind === 'listed') {
          const proposed = events.findLast((one) => one.kind === 'proposed')!;
          expect(proposed.authorId).not.toBe(by);
          expect(new Set([proposed.authorId, by])).not.toContain(null);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a file of providers vetted before begins with a proposal, and another person lists; only who runs the deployment does both', () => {
  const via = { via: 'import' };
  const start = positionOf([]);
  expect(refusal(start, { kind: 'proposed', data: via }, 'a')).toBeNull();
  expect(refusal(start, { kind: 'proposed', data: {} }, 'a')).not.toBeNull();
  const byPerson = positionOf(chain(event('proposed', via, 'a')));
  expect(refusal(byPerson, { kind: 'listed', data: via }, 'b')).toBeNull();
  for (const by of ['a', null]) expect(refusal(byPerson, { kind: 'listed', data: via }, by)).not.toBeNull();
  const bySystem = positionOf(chain(event('proposed', via, null)));
  expect(refusal(bySystem, { kind: 'listed', data: via }, null)).toBeNull();
  expect(refusal(positionOf(ways.declined), { kind: 'proposed', data: via }, 'a')).not.toBeNull();
});
