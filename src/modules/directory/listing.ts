/**
 * How an organisation stands in the directory: worked out from dated events, never stored beside them.
 *
 *   applied → reviewed → called → referenced → visited → proposed → listed (inside) → published (to the public, as the provider chooses)
 *        ↘ declined | withdrawn → reopened                  listed → demoted → restored,  unlisted
 *
 * Listing takes two people: whoever proposed it cannot list it.
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
    else if (['unlisted', 'demoted', 'declined', 'withdrawn'].includes(event.kind)) out.listed = false;
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
