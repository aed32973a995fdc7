/**
 * How an organisation stands in the directory: worked out from dated events, never stored beside them.
 *
 *   none → applied → reviewed → called → referenced → visited → proposed → listed ⇄ demoted
 *              (each step may be skipped, with a reason, and shows as skipped)      ↘    ↙
 *                                                                                  unlisted
 *   applied … proposed → declined | withdrawn
 *   declined | withdrawn | unlisted | proposed → reopened: back to before the step from which it is looked at again
 *   listed → published ⇄ unpublished: shown to the public as the provider chose; the choice ends with the listing
 *   doNotContact ⇄ mayContact: beside all of it
 *   none → proposed: brought in by a file whose providers were vetted before (`data.via` is `import`)
 *
 * Listing takes two people: whoever proposed it can neither list nor decline it (the database refuses that too, 0004_vetting.sql).
 */
export const eventKinds = [
  'applied',
  'reviewed',
  'called',
  'referenced',
  'visited',
  'skipped',
  'proposed',
  'listed',
  'unlisted',
  'published',
  'unpublished',
  'declined',
  'withdrawn',
  'reopened',
  'demoted',
  'restored',
  'doNotContact',
  'mayContact',
] as const;
export type EventKind = (typeof eventKinds)[number];

export interface ListingEvent {
  seq: number;
  kind: EventKind;
  /** Day it took effect. */
  on: string;
  authorId: string | null;
  data: Record<string, unknown>;
}

export interface Standing {
  /** Vetted and shown to those who refer. A demoted listing is not. */
  listed: boolean;
  /** Listed, and the provider chose to be shown to the public. */
  public: boolean;
  /** The event that decides it, null when nothing has happened. */
  because: ListingEvent | null;
  listedSince: string | null;
  publicSince: string | null;
}

/** Where an organisation stands on a day; events of later days are not looked at. Order: by day, then as they were written. */
export function standing(events: readonly ListingEvent[], day: string): Standing {
  const out: Standing = { listed: false, public: false, because: null, listedSince: null, publicSince: null };
  let chosen = false;
  for (const event of inOrder(events, day)) {
    const before = { listed: out.listed, public: out.public };
    if (event.kind === 'listed' || event.kind === 'restored') out.listed = true;
    else if (event.kind === 'demoted') out.listed = false;
    // The provider's choice was made for this listing: another one asks again.
    else if (['unlisted', 'declined', 'withdrawn'].includes(event.kind)) out.listed = chosen = false;
    else if (event.kind === 'published') chosen = true;
    else if (event.kind === 'unpublished') chosen = false;
    out.public = out.listed && chosen;
    if (out.listed !== before.listed) {
      out.listedSince = out.listed ? (out.listedSince ?? event.on) : null;
      out.because = event;
    }
    if (out.public !== before.public) {
      out.publicSince = out.public ? event.on : null;
      out.because = event;
    }
  }
  return out;
}

/** Events up to and with a day, in the order they count. */
export const inOrder = (events: readonly ListingEvent[], day: string): ListingEvent[] =>
  events.filter((event) => event.on <= day).sort((a, b) => (a.on === b.on ? a.seq - b.seq : a.on < b.on ? -1 : 1));

/** The steps of vetting, in their order. */
export const steps = ['reviewed', 'called', 'referenced', 'visited'] as const;
export type Step = (typeof steps)[number];
export const isStep = (kind: unknown): kind is Step => steps.some((step) => step === kind);

export const states = [
  'none',
  'applied',
  ...steps,
  'proposed',
  'listed',
  'demoted',
  'unlisted',
  'declined',
  'withdrawn',
] as const;
export type State = (typeof states)[number];

/** Where an organisation is on its way, as far as the next move depends on it. */
export interface Position {
  state: State;
  /** The provider chose to be shown to the public. */
  chosen: boolean;
  doNotContact: boolean;
  /** Who proposed the listing that waits for a decision. */
  proposedBy: string | null;
  /** The last event, whatever it was about. */
  last: ListingEvent | null;
}

/** An event that is about to be written. */
export type Move = Pick<ListingEvent, 'kind' | 'data'>;

/** Where the events lead; they are followed as they stand, also where a move would be refused today. Order: as given. */
export function positionOf(events: readonly ListingEvent[]): Position {
  const out: Position = { state: 'none', chosen: false, doNotContact: false, proposedBy: null, last: null };
  for (const event of events) {
    out.state = stateAfter(out.state, event);
    out.last = event;
    if (event.kind === 'published') out.chosen = true;
    else if (['unpublished', 'unlisted', 'declined', 'withdrawn'].includes(event.kind)) out.chosen = false;
    else if (event.kind === 'doNotContact') out.doNotContact = true;
    else if (event.kind === 'mayContact') out.doNotContact = false;
    if (event.kind === 'proposed') out.proposedBy = event.authorId;
    else if (out.state !== 'proposed') out.proposedBy = null;
  }
  return out;
}

function stateAfter(state: State, { kind, data }: Move): State {
  if (kind === 'skipped') return isStep(data.step) ? data.step : state;
  if (kind === 'restored') return 'listed';
  if (kind === 'reopened') return before(isStep(data.step) ? data.step : 'reviewed');
  return (states as readonly string[]).includes(kind) ? (kind as State) : state;
}

/** The state in which a step is next. */
const before = (step: Step): State => steps[steps.indexOf(step) - 1] ?? 'applied';

/** The step that comes next, or null when none is open. */
export const nextStep = (state: State): Step | null => steps.find((step) => before(step) === state) ?? null;

const underWay = ['applied', ...steps, 'proposed'] as const satisfies State[];

/** Which states a move may start from. */
const from: Record<EventKind, readonly State[]> = {
  applied: ['none'],
  reviewed: ['applied'],
  called: ['reviewed'],
  referenced: ['called'],
  visited: ['referenced'],
  skipped: ['applied', 'reviewed', 'called', 'referenced'],
  proposed: ['visited'],
  listed: ['proposed'],
  unlisted: ['listed', 'demoted'],
  published: ['listed'],
  unpublished: ['listed', 'demoted'],
  declined: underWay,
  withdrawn: underWay,
  reopened: ['declined', 'withdrawn', 'unlisted', 'proposed'],
  demoted: ['listed'],
  restored: ['demoted'],
  doNotContact: states,
  mayContact: states,
};

/** Moves that nobody makes without saying why. */
export const needsReason: ReadonlySet<EventKind> = new Set([
  'skipped',
  'unlisted',
  'declined',
  'reopened',
  'demoted',
  'doNotContact',
]);

/** A sentence that says why a move is refused: a message key. */
export interface Refusal {
  key: string;
}

/** Why this move may not follow here, or null when it may. `by`: who makes it, null for the system. */
export function refusal(at: Position, move: Move, by: string | null): Refusal | null {
  const { kind, data } = move;
  const no: Refusal = { key: `directory.vetting.refused.${kind}` };
  // Vetted before, elsewhere: whoever brings the file in proposes, another person lists; whoever runs the deployment does both, knowingly.
  const imported = data.via === 'import';
  const mayStart = from[kind].includes(at.state) || (imported && kind === 'proposed' && at.state === 'none');
  if (!mayStart) return no;
  if (kind === 'skipped' && data.step !== nextStep(at.state)) return no;
  if (kind === 'reopened' && data.step !== undefined && !isStep(data.step)) return no;
  if (kind === 'unpublished' && !at.chosen) return no;
  if (kind === 'doNotContact' ? at.doNotContact : kind === 'mayContact' && !at.doNotContact) return no;
  if (imported && by === null && at.proposedBy === null) return null;
  if (kind === 'proposed' && by === null) return { key: 'directory.vetting.refused.noPerson' };
  if ((kind === 'listed' || kind === 'declined') && at.state === 'proposed' && (by === null || by === at.proposedBy))
    return { key: 'directory.vetting.refused.secondPerson' };
  if (needsReason.has(kind) && String(data.reason ?? '').trim().length < 3)
    return { key: 'directory.vetting.refused.reason' };
  return null;
}

/** The moves that may follow, whoever makes them. */
export const movesFrom = (at: Position): EventKind[] =>
  eventKinds.filter(
    (kind) =>
      refusal(at, { kind, data: { reason: 'why', ...(kind === 'skipped' && { step: nextStep(at.state) }) } }, '') ===
      null,
  );
