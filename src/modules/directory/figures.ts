/**
 * How large the directory is, as of any day: providers listed, shown to the public, serving minors, with a specialisation, and newly listed since a day.
 * A provider is an organisation. Everything is counted from dated events and versions; nothing is kept.
 */
import { sql } from 'kysely';
import { type Ctx, dayIn, type IndicatorSource, tenantOf } from '#kernel';
import type { Fields } from '#modules/organisations';
import { servesMinors, termsLinked } from './features.ts';
import { type ListingEvent, standing } from './listing.ts';
import { termByCode, termsOf } from './taxonomy/index.ts';

/** A version of a service, as far as figures need it. */
export interface ServiceFact {
  id: string;
  organizationId: string;
  /** First day on which it held. */
  from: string;
  seq: number;
  active: boolean;
  minors: boolean;
  specialisations: string[];
}

export interface DirectoryFacts {
  /** Events by organisation. */
  events: Map<string, ListingEvent[]>;
  services: ServiceFact[];
  /** Duplicates, with the day they were merged away. */
  merged: Map<string, string>;
}

export interface DirectoryFigures {
  /** Listed providers that day. */
  listed: number;
  /** Of these, shown to the public. */
  public: number;
  /** Of the listed, with an active service for people under 18. */
  minors: number;
  /** Listed that day and not listed on the day before `since`; and how many of these the public sees. Null without `since`. */
  added: { listed: number; public: number } | null;
  /** Term id → listed providers with an active service specialised in it. */
  specialisations: Map<string, number>;
}

/** Counts for one day. Pure. */
export function figuresOn(facts: DirectoryFacts, day: string, since: string | null = null): DirectoryFigures {
  const out: DirectoryFigures = {
    listed: 0,
    public: 0,
    minors: 0,
    added: since ? { listed: 0, public: 0 } : null,
    specialisations: new Map(),
  };
  const newest = new Map<string, ServiceFact>();
  for (const one of facts.services)
    if (one.from <= day && (newest.get(one.id)?.seq ?? -1) < one.seq) newest.set(one.id, one);
  const services = Map.groupBy(newest.values(), (one) => one.organizationId);
  for (const [id, events] of facts.events) {
    if ((facts.merged.get(id) ?? '9999') <= day) continue;
    const now = standing(events, day);
    if (!now.listed) continue;
    const active = (services.get(id) ?? []).filter((one) => one.active && (facts.merged.get(one.id) ?? '9999') > day);
    out.listed += 1;
    if (now.public) out.public += 1;
    if (active.some((one) => one.minors)) out.minors += 1;
    for (const term of new Set(active.flatMap((one) => one.specialisations)))
      out.specialisations.set(term, (out.specialisations.get(term) ?? 0) + 1);
    if (out.added && !standing(events, dayBefore(since!)).listed) {
      out.added.listed += 1;
      if (now.public) out.added.public += 1;
    }
  }
  return out;
}

const dayBefore = (day: string): string => Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();

/** Everything the figures are counted from. Three queries, whatever the number of days asked for. */
export async function directoryFacts(ctx: Ctx): Promise<DirectoryFacts> {
  const network = ctx.network!;
  return ctx.app.db.run(tenantOf(ctx), async (tx) => {
    const events = await sql<{ organization_id: string; seq: number; kind: ListingEvent['kind']; on_day: string }>`
      select organization_id, seq, kind, on_day from app.directory_event where network_id = ${network.id} order by seq`.execute(
      tx,
    );
    const versions = await sql<{ id: string; owner: string; at: Date; seq: number; fields: Fields }>`
      select r.id, coalesce(v.fields->>'organization_id', r.organization_id::text) as owner, v.at, v.seq,
        jsonb_build_object('status', v.fields->'status', 'minimum_age', v.fields->'minimum_age', 'attributes', v.fields->'attributes') as fields
      from app.record r join app.record_version v on v.network_id = r.network_id and v.record_id = r.id
      where r.network_id = ${network.id} and r.kind = 'service' order by v.seq`.execute(tx);
    const merges = await sql<{ from_id: string; at: Date }>`
      select from_id, at from app.record_merge where network_id = ${network.id} and undone_at is null`.execute(tx);
    return {
      events: Map.groupBy(
        events.rows.map((row) => ({
          ...row,
          on: row.on_day,
          authorId: null,
          data: {},
          organizationId: row.organization_id,
        })),
        (event) => event.organizationId,
      ),
      services: versions.rows.map(({ id, owner, at, seq, fields }) => ({
        id,
        organizationId: owner,
        from: dayIn(at, network.timezone),
        seq,
        active: fields.status === 'active' || fields.status === 'temporarily closed',
        minors: servesMinors(withoutNulls(fields)),
        specialisations: termsLinked(withoutNulls(fields), 'specialisation'),
      })),
      merged: new Map(merges.rows.map((row) => [row.from_id, dayIn(row.at, network.timezone)])),
    };
  });
}

const withoutNulls = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

const figure = (
  key: string,
  label: string,
  value: (figures: DirectoryFigures) => number,
  since: (day: string) => string | null = () => null,
): IndicatorSource => ({
  key: `directory.${key}`,
  label,
  unit: 'count',
  values: async (ctx, days) => {
    const facts = await directoryFacts(ctx);
    return days.map((on) => ({ on, value: value(figuresOn(facts, on, since(on))) }));
  },
});

const forKey = (code: string): string => code.replace('specialisation.', 'for-');

/** The names of the figures of single specialisations, made from the taxonomy's own words. */
export const figureWords = (locale: 'en' | 'es'): Record<string, string> =>
  Object.fromEntries(
    termsOf('specialisation').map((term) => [
      `directory.figure.${forKey(term.code)}`,
      `${locale === 'es' ? 'Proveedores con experiencia en' : 'Providers specialized in'}: ${term.name[locale]}`,
    ]),
  );

const yearStart = (day: string): string => `${day.slice(0, 4)}-01-01`;
const minorsTerm = termByCode('specialisation.minors')?.id;

/** What a plan may show as evidence. "Newly listed" counts from the first of January of the year of the day. */
export const directoryFigures: IndicatorSource[] = [
  figure('listed', 'directory.figure.listed', (f) => f.listed),
  figure('public', 'directory.figure.public', (f) => f.public),
  figure('minors', 'directory.figure.minors', (f) => f.minors),
  figure('added', 'directory.figure.added', (f) => f.added!.listed, yearStart),
  figure('added-public', 'directory.figure.addedPublic', (f) => f.added!.public, yearStart),
  ...termsOf('specialisation')
    .filter((term) => term.id !== minorsTerm)
    .map((term) =>
      figure(forKey(term.code), `directory.figure.${forKey(term.code)}`, (f) => f.specialisations.get(term.id) ?? 0),
    ),
];
