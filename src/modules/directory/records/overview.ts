/**
 * All providers of a network at a glance: where each stands, what it runs, when somebody last made sure, what is missing. A list of four thousand is filtered
 * before it is cut into pages, so it is made of the book (../book.ts).
 */
import { type Ctx, today, type Tx } from '#kernel';
import { foldedName, type Holding } from '#modules/organisations';
import { pageFrom } from '#ui';
import { bookOf, positionIn } from '../book.ts';
import type { State } from '../listing.ts';

/** What a provider's records may lack, in the order that matters to somebody who needs help. */
export const lacks = ['services', 'phone', 'hours', 'languages', 'needs', 'spanish', 'check'] as const;
export type Lack = (typeof lacks)[number];

export const standings = ['public', 'inside', 'waiting', 'demoted', 'out'] as const;
export type StandingFilter = (typeof standings)[number];

const waiting: ReadonlySet<State> = new Set(['applied', 'reviewed', 'called', 'referenced', 'visited', 'proposed']);
const standingOf = (state: State, isPublic: boolean): StandingFilter =>
  state === 'listed'
    ? isPublic
      ? 'public'
      : 'inside'
    : state === 'demoted'
      ? 'demoted'
      : waiting.has(state)
        ? 'waiting'
        : 'out';

export interface OverviewRow {
  id: string;
  name: string;
  state: State;
  standing: StandingFilter;
  services: number;
  /** Ids of terms: what its services are for, the most frequent first. */
  kinds: string[];
  lastChecked: string | null;
  missing: Lack[];
}

export interface Wanted {
  standing: StandingFilter | null;
  lack: Lack | null;
  /** Part of a name. */
  name: string;
  sort: { by: string; dir: 'asc' | 'desc' };
}

const size = 50;

export async function overview(tx: Tx, ctx: Ctx, wanted: Wanted, query: Record<string, string>) {
  const part = wanted.name === '' ? '' : await foldedName(tx, wanted.name);
  const entries = [...(await bookOf(tx, ctx)).values()].filter(({ sums }) => sums.folded.includes(part));
  const day = today(ctx);
  const yearAgo = Temporal.PlainDate.from(day).subtract({ years: 1 }).toString();
  const all = entries.map((entry): OverviewRow => {
    const { sums: row } = entry;
    const { state, chosen } = positionIn(entry, day);
    return {
      id: row.id,
      name: row.name,
      state,
      standing: standingOf(state, chosen),
      services: row.services,
      kinds: row.kinds ?? [],
      lastChecked: row.checked,
      missing: lacks.filter((one) =>
        one === 'services'
          ? row.services === 0
          : one === 'check'
            ? (row.checked ?? '') < yearAgo
            : row.services === 0
              ? one === 'phone' && !row.phone
              : !row[one],
      ),
    };
  });
  const counts = Object.fromEntries(
    standings.map((one) => [one, all.filter((row) => row.standing === one).length]),
  ) as Record<StandingFilter, number>;
  const found = all
    .filter((row) => wanted.standing === null || row.standing === wanted.standing)
    .filter((row) => wanted.lack === null || row.missing.includes(wanted.lack));
  sortBy(found, wanted.sort);
  const page = pageFrom(query, found.length, size);
  return {
    counts,
    all: all.length,
    total: found.length,
    page,
    size,
    rows: found.slice((page - 1) * size, page * size),
  };
}

function sortBy(rows: OverviewRow[], { by, dir }: Wanted['sort']): void {
  const key = (row: OverviewRow): string | number =>
    by === 'services' ? row.services : by === 'checked' ? (row.lastChecked ?? '') : 0;
  if (by !== 'name') rows.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  if (dir === 'desc') rows.reverse();
}

/** The same of one provider that is at hand, checks aside. */
export function missingOf(holding: Holding): Lack[] {
  const { services } = holding;
  const any = (field: string) =>
    [holding.organization, ...services, ...holding.locations, ...holding.links].some(
      (rec) => rec.fields[field] !== undefined,
    );
  if (services.length === 0) return any('phones') ? ['services'] : ['services', 'phone'];
  const attributes = services.flatMap((rec) => (rec.fields.attributes as { link_type?: string }[] | undefined) ?? []);
  const here: Partial<Record<Lack, boolean>> = {
    phone: any('phones'),
    hours: any('schedules'),
    languages: services.some((rec) => rec.fields.languages !== undefined),
    needs: attributes.some((one) => one.link_type === 'need'),
    spanish: services.every((rec) => (rec.fields.translations as { es?: { name?: string } } | undefined)?.es?.name),
  };
  return lacks.filter((one) => one in here && !here[one]);
}
