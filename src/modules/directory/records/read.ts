/** What the pages of the records read: one provider with all it runs, as it stands or stood on a day, and who said each value. */
import { dayIn, Problem, redirect, type Req, today, type Tx } from '#kernel';
import {
  type Holding,
  holdings,
  linkIds,
  type Merged,
  mergedInto,
  type Provenance,
  provenance,
  type Rec,
  recordsById,
  storiesOf,
  type Story,
} from '#modules/organisations';
import { positionOf, standing } from '../listing.ts';
import { eventsOf } from '../project.ts';
import { isId, reading, recordOf } from './frame.tsx';

export interface AsOf {
  day: string;
  /** The end of that day in the network. */
  at: Date;
}

/** The day that `?asOf=` names, if it is a past one. */
export function asOfIn(req: Req): AsOf | null {
  const day = req.query.asOf ?? '';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || day >= today(req.ctx)) return null;
  try {
    const end = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(req.ctx.network!.timezone);
    return { day, at: new Date(end.epochMilliseconds - 1) };
  } catch {
    return null;
  }
}

/** Reads a page of a past day; of a day before there was anything to read, the page of today says so. */
export async function asItStood<T>(
  req: Req,
  asOf: AsOf | null,
  path: string,
  read: (tx: Tx) => Promise<T>,
): Promise<T | Response> {
  try {
    return await reading(req.ctx, read);
  } catch (error) {
    if (!asOf || !(error instanceof Problem) || error.kind !== 'notFound') throw error;
    return redirect(req, path, { said: 'directory.records.noted.notYet' });
  }
}

/** Everything of a holding's own, in the order of pages. */
export const recordsIn = (holding: Holding): Rec[] => {
  const { organization } = holding;
  return [
    organization,
    ...holding.programs,
    ...holding.services,
    ...holding.locations.filter((place) => place.organizationId === organization.id),
    ...holding.links,
  ];
};

/** One provider as it stood. Throws Problem.notFound, also when there was nothing of it yet on that day. */
export async function readProvider(tx: Tx, req: Req, asOf: AsOf | null) {
  const networkId = req.ctx.network!.id;
  const id = req.params.id;
  if (!isId(id)) throw Problem.notFound();
  const holding = (await holdings(tx, networkId, [id], asOf?.at ?? null)).get(id);
  if (!holding) throw Problem.notFound();
  const events = (await eventsOf(tx, networkId, [id])).get(id) ?? [];
  const day = asOf?.day ?? today(req.ctx);
  const up = events.filter((event) => event.on <= day);
  const stories = await storiesOf(
    tx,
    networkId,
    recordsIn(holding).map((rec) => rec.id),
    asOf?.at ?? null,
  );
  const newest = [...stories.values()].flatMap(({ checks }) => checks.map((check) => check.on)).sort();
  return {
    holding,
    stories,
    standing: standing(events, day),
    at: positionOf(up),
    lastChecked: newest.at(-1) ?? null,
    merged: await mergedInto(tx, networkId, id),
  };
}

export interface RecordView {
  rec: Rec;
  provider: Rec;
  story: Story;
  provenance: Map<string, Provenance>;
  /** Names of the records that this one links to, by id. */
  linked: Map<string, Rec>;
  merged: Merged[];
  /** Links of this service or place, with the record at the other end. */
  links: { link: Rec; other: Rec | null }[];
}

/** One record with who said each value. Throws Problem.notFound. */
export async function readRecord(tx: Tx, req: Req, asOf: AsOf | null = null): Promise<RecordView> {
  const networkId = req.ctx.network!.id;
  const now = await recordOf(tx, req);
  const rec = asOf ? (await recordsById(tx, networkId, [now.id], asOf.at))[0] : now;
  if (!rec) throw Problem.notFound();
  const story = (await storiesOf(tx, networkId, [rec.id], asOf?.at ?? null)).get(rec.id)!;
  const links = await linksOf(tx, networkId, rec, asOf);
  const ids = [
    rec.organizationId,
    ...Object.entries(rec.fields).flatMap(([name, value]) =>
      name.endsWith('_id') && isId(String(value)) ? [String(value)] : [],
    ),
  ];
  const linked = new Map((await recordsById(tx, networkId, ids, asOf?.at ?? null)).map((one) => [one.id, one]));
  return {
    rec,
    provider: linked.get(rec.organizationId) ?? rec,
    story,
    provenance: provenance(story.versions, story.checks, (at) => dayIn(at, req.ctx.network!.timezone)),
    linked,
    merged: await mergedInto(tx, networkId, rec.id),
    links,
  };
}

async function linksOf(tx: Tx, networkId: string, rec: Rec, asOf: AsOf | null): Promise<RecordView['links']> {
  if (rec.kind !== 'service' && rec.kind !== 'location') return [];
  const rows = await linkIds(tx, networkId, { id: rec.id, kind: rec.kind });
  const ids = rows.flatMap((row) => [row.link, row.other]);
  const found = new Map((await recordsById(tx, networkId, ids, asOf?.at ?? null)).map((one) => [one.id, one]));
  return rows.flatMap((row) => {
    const link = found.get(row.link);
    return link ? [{ link, other: found.get(row.other) ?? null }] : [];
  });
}
