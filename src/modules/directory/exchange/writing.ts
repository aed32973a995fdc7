/** Writes what an import found, in the transaction of whoever calls: all of it or nothing. */
import { sql } from 'kysely';
import type { Ctx, Tx } from '#kernel';
import {
  type Audience,
  type Fields,
  hiddenPlaceFields,
  type Kind,
  kinds,
  type Marks,
  marksForAll,
  saveRecords,
  type ToSave,
} from '#modules/organisations';
import { sealPlace } from '../hidden-places.ts';
import { project } from '../project.ts';
import { addListingEvents } from '../vetting/events.ts';
import { importMoves } from './listing-steps.ts';
import type { Change } from './compare.ts';
import type { Fault } from './rows.ts';
import type { Showing } from './store.ts';

/** Records saved in one go; between them is told how far it is. */
const slice = 1_000;

export interface WriteOptions {
  show: Showing;
  /** Steps beyond the proposal: only for whoever runs the deployment; people list in a second step, by a second person. */
  decided: readonly ('listed' | 'published')[];
  importId: string | null;
  onProgress: (done: number, total: number) => void;
}

/** Saves what is new or changed, seals places, notes what the file said, lists what is to be listed, and shows it to its audiences. */
export async function write(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'actor' | 'network'>,
  changes: readonly Change[],
  { show, decided, importId, onProgress }: WriteOptions,
): Promise<void> {
  const networkId = ctx.network!.id;
  const touched = changes.filter((change) => change.what !== 'unchanged');
  const order = new Map<Kind, number>(kinds.map((kind, i) => [kind, i]));
  const sorted = [...touched].sort((a, b) => order.get(a.found.kind)! - order.get(b.found.kind)!);
  const total = sorted.length * 2;
  for (const change of sorted.filter((one) => one.hides)) {
    await sql`select app.record_hide_place(${networkId}, ${change.found.id}, ${[...hiddenPlaceFields]}::text[])`.execute(
      tx,
    );
  }
  const spilled = tellingFields(sorted);
  // Organisations all at once: each may be another's parent.
  const firstOther = sorted.findIndex((change) => change.found.kind !== 'organization');
  const organizations = firstOther < 0 ? sorted.length : firstOther;
  for (let from = 0; from < sorted.length; ) {
    const to = Math.max(Math.min(from + slice, sorted.length), from < organizations ? organizations : 0);
    const batch = sorted.slice(from, to).map((change) => toSave(change, show, spilled));
    await saveRecords(tx, ctx, networkId, batch, { source: 'import' });
    from = to;
    onProgress(to, total);
  }
  for (const change of sorted) if (change.place) await sealPlace(tx, ctx, networkId, change.found.id, change.place);
  await noteSaid(tx, ctx, networkId, changes);
  if (show !== 'vetting') {
    const made = sorted
      .filter(({ found, what }) => found.kind === 'organization' && what === 'new')
      .map(({ found }) => found.id);
    await addListingEvents(tx, ctx, made, importMoves(['proposed', ...decided], importId));
  }
  const owners = [...new Set(sorted.map(ownerOf))].filter((id) => id !== undefined);
  const services = new Map(sorted.map((change) => [change.found.id, change.fields.organization_id]));
  const all = new Set(owners);
  for (const change of sorted) {
    const owner = services.get(String(change.fields.service_id));
    if (typeof owner === 'string') all.add(owner);
  }
  if (all.size > 0)
    await project(tx, ctx, [...all], (done, of) =>
      onProgress(sorted.length + Math.round((sorted.length * done) / of), total),
    );
}

const ownerOf = ({ found, fields }: Change): string | undefined =>
  found.kind === 'organization' ? found.id : (fields.organization_id as string | undefined);

function toSave(change: Change, show: Showing, spilled: ReadonlyMap<string, ReadonlySet<string>>): ToSave {
  const { found, fields, hidden, what } = change;
  const one: ToSave = { id: found.id, kind: found.kind, fields, confidential: hidden };
  if (what === 'new') one.marks = marksOf(change, show, spilled.get(found.id));
  return one;
}

/** Whom a new record is shown to. A hidden place to nobody; names of people never to the public; what tells where a hidden place is to those who vet. */
function marksOf({ found, fields, hidden }: Change, show: Showing, spilled: ReadonlySet<string> | undefined): Marks {
  if (show === 'vetting' || hidden) return {};
  const widest: Audience = show === 'public' ? 'public' : 'partner';
  const marks = marksForAll(found.kind, fields, widest);
  if (marks.contacts) marks.contacts = 'partner';
  for (const name of spilled ?? []) delete marks[name];
  return marks;
}

const fold = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Fields of other records of the same organisation that hold the street of a hidden place: record → fields. */
export function tellingFields(changes: readonly Change[]): Map<string, Set<string>> {
  const streets = new Map<string, string[]>();
  for (const { hidden, found } of changes) {
    if (!hidden) continue;
    const owner = String(found.fields.organization_id);
    const known = ((found.fields.addresses as { address_1?: string }[] | undefined) ?? [])
      .map((one) => fold(one.address_1 ?? ''))
      .filter((street) => street.length >= 6);
    streets.set(owner, [...(streets.get(owner) ?? []), ...known]);
  }
  const out = new Map<string, Set<string>>();
  if (streets.size === 0) return out;
  for (const change of changes) {
    const known = streets.get(ownerOf(change) ?? '') ?? [];
    if (change.hidden || known.length === 0) continue;
    for (const [name, value] of Object.entries(change.fields)) {
      const text = fold(typeof value === 'string' ? value : JSON.stringify(value));
      if (known.some((street) => text.includes(street)))
        out.set(change.found.id, (out.get(change.found.id) ?? new Set()).add(name));
    }
  }
  return out;
}

/** The same as notes for the person who looks at the preview. */
export const tellingNotes = (changes: readonly Change[]): Fault[] => {
  const found = new Map(changes.map((change) => [change.found.id, change.found]));
  return [...tellingFields(changes)].flatMap(([id, names]) =>
    [...names].map((column) => ({
      file: found.get(id)!.file,
      line: found.get(id)!.line,
      column,
      key: 'tellsPlace',
      of: 'value' as const,
    })),
  );
};

async function noteSaid(tx: Tx, ctx: Pick<Ctx, 'app'>, networkId: string, changes: readonly Change[]): Promise<void> {
  const at = ctx.app.clock();
  for (let i = 0; i < changes.length; i += slice) {
    const rows = changes.slice(i, i + slice).map(({ found, said }) => ({ i: found.id, s: said }));
    await sql`
      insert into app.directory_import_record as r (network_id, record_id, said, at)
      select ${networkId}::uuid, m.i, m.s, ${at} from json_to_recordset(${JSON.stringify(rows)}::json) as m(i uuid, s jsonb)
      on conflict (network_id, record_id) do update set said = excluded.said, at = excluded.at where r.said <> excluded.said`.execute(
      tx,
    );
  }
}

/** Fields as they are counted: of a hidden place those its versions hold. */
export const writtenRecords = (changes: readonly Change[]): { kind: Kind; fields: Fields }[] =>
  changes.filter((change) => change.what !== 'unchanged').map(({ found, fields }) => ({ kind: found.kind, fields }));
