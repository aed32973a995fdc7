/**
 * What a file says against what the network has: new, changed, or the same. Three sides are looked at: the record now, the file now, and what a file
 * said last time. A value that people changed since stays theirs unless they choose otherwise; a file that says what it said before changes nothing.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Ctx, Tx } from '#kernel';
import {
  canonical,
  type Fields,
  lastChecks,
  linksOfServices,
  mergedRecords,
  type Rec,
  recordsById,
} from '#modules/organisations';
import { type HiddenPlace, splitPlace } from '../hidden-places.ts';
import type { Found } from './assemble.ts';
import { inOurWords } from './our-words.ts';
import type { Reading } from './reading.ts';
import type { Fault } from './rows.ts';
import { speaksOf } from './spoken.ts';
import { type ImportChoices, imports, type Said } from './store.ts';

export interface Change {
  found: Found;
  what: 'new' | 'changed' | 'unchanged';
  /** The whole record as it is, null for a new one, and as it will be; of a hidden place what its versions may say. */
  before: Fields | null;
  fields: Fields;
  /** Where a hidden place is, when that is new or another. */
  place: HiddenPlace | null;
  /** A place that was open until now. */
  hides: boolean;
  hidden: boolean;
  said: Said;
  saidBefore: boolean;
}

export interface Compared {
  changes: Change[];
  faults: Fault[];
  notes: Fault[];
}

const mark = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('base64url').slice(0, 16);

/** Compares records with the network. `tx` must be one of the system: marks of hidden places are made by the vault. */
export async function compare(
  tx: Tx,
  ctx: Pick<Ctx, 'app'>,
  networkId: string,
  given: readonly Found[],
  how: Pick<ImportChoices, 'overwrite'> & Pick<Reading, 'spoken'> & { plainList: boolean },
): Promise<Compared> {
  const records = await withOurLinks(tx, networkId, given);
  const ids = records.map((one) => one.id);
  const now = new Map((await recordsById(tx, networkId, ids)).map((rec) => [rec.id, rec]));
  const merged = await mergedRecords(tx, networkId);
  const before = await saidBefore(tx, networkId, ids);
  const checked = await lastChecks(tx, networkId, ids);
  const speaks = speaksOf(how.spoken);
  const out: Compared = { changes: [], faults: [], notes: [] };
  for (const found of records) {
    const current = now.get(found.id);
    // What was found to be a duplicate is not brought back to life.
    if (merged.has(found.id)) {
      out.notes.push({ file: found.file, line: found.line, key: 'merged', of: 'row' });
      continue;
    }
    if (current && current.kind !== found.kind) {
      out.faults.push({ file: found.file, line: found.line, column: 'id', key: 'otherKind', of: 'row' });
      continue;
    }
    const fields = current
      ? inOurWords(found.fields, current.fields, checked.get(found.id) ?? {}, how.plainList)
      : found.fields;
    out.changes.push(
      await change(tx, ctx, { ...found, fields }, current, before.get(found.id), out.notes, {
        overwrite: how.overwrite,
        speaks: (field) => speaks(found.kind, field),
      }),
    );
  }
  return out;
}

/**
 * A link says which service is offered where. One that is here already is that one, also where the file gives it another id or none: else a plain list
 * that a network took out itself would offer each service twice at its place.
 */
async function withOurLinks(tx: Tx, networkId: string, given: readonly Found[]): Promise<Found[]> {
  const pairOf = (service: unknown, place: unknown) => `${String(service)} ${String(place)}`;
  const links = Map.groupBy(
    given.filter((one) => one.kind === 'service_at_location'),
    ({ fields }) => pairOf(fields.service_id, fields.location_id),
  );
  const services = new Set([...links.values()].map(([one]) => String(one!.fields.service_id)));
  const known = await linksOfServices(tx, networkId, [...services]);
  const knownIds = new Set(known.map((one) => one.id));
  const ours = Map.groupBy(known, (one) => pairOf(one.serviceId, one.locationId));
  const ids = new Map<Found, string>();
  for (const [pair, found] of links) {
    const here = ours.get(pair) ?? [];
    if (found.length === 1 && here.length === 1 && !knownIds.has(found[0]!.id)) ids.set(found[0]!, here[0]!.id);
  }
  return given.map((one) => (ids.has(one) ? { ...one, id: ids.get(one)! } : one));
}

async function saidBefore(tx: Tx, networkId: string, ids: readonly string[]): Promise<Map<string, Said>> {
  const rows = await imports(tx)
    .selectFrom('app.directory_import_record')
    .select(['record_id', 'said'])
    .where('network_id', '=', networkId)
    .where(sql<boolean>`record_id = any(${[...ids]}::uuid[])`)
    .execute();
  return new Map(rows.map((row) => [row.record_id, row.said]));
}

interface How {
  /** Where a person and the file both changed a value, the file's counts. */
  overwrite: boolean;
  /** Whether the file can speak of a field of this kind of record. */
  speaks: (field: string) => boolean;
}

async function change(
  tx: Tx,
  ctx: Pick<Ctx, 'app'>,
  found: Found,
  current: Rec | undefined,
  before: Said | undefined,
  notes: Fault[],
  how: How,
): Promise<Change> {
  const hidden = found.confidential || (current?.confidential ?? false);
  const { open, hidden: place } = hidden ? hide(found.fields) : { open: found.fields, hidden: {} };
  const said: Said = Object.fromEntries(Object.entries(open).map(([name, value]) => [name, mark(value)]));
  // What this file cannot speak of stays said by the one before.
  for (const [name, one] of Object.entries(before ?? {}))
    if (name === 'place' ? !how.speaks('addresses') : !how.speaks(name)) said[name] ??= one;
  const hasPlace = Object.keys(place).length > 0;
  if (hasPlace) {
    const blind = await ctx.app.services.vault.blindIndex(
      tx,
      'deployment',
      'directory_import_record.place',
      canonical(place),
    );
    said.place = blind.toString('base64url').slice(0, 22);
  }
  const base = {
    found,
    hidden,
    said,
    saidBefore: before !== undefined,
    hides: hidden && current !== undefined && !current.confidential,
  };
  if (!current) return { ...base, what: 'new', before: null, fields: open, place: hasPlace ? place : null };
  const now = hidden ? hide(current.fields).open : current.fields;
  const { fields, kept, gone } = merge(now, open, said, before ?? {}, how);
  const note = (key: string) => (column: string) =>
    notes.push({ file: found.file, line: found.line, column, key, of: 'value' });
  for (const name of kept) note(before?.[name] === undefined ? 'keptEntered' : 'keptOurs')(name);
  // Many systems send a record in full and cut short by turns: what would go is said before it goes.
  gone.forEach(note('takenOut'));
  const moves = hasPlace && said.place !== before?.place;
  const differs = moves || base.hides || canonical(fields) !== canonical(current.fields);
  return { ...base, what: differs ? 'changed' : 'unchanged', before: now, fields, place: moves ? place : null };
}

/** What a hidden place may say. A name that tells the street is no name to keep in the open. */
function hide(fields: Fields): { open: Fields; hidden: HiddenPlace } {
  const { open, hidden } = splitPlace(fields);
  const streets = ((fields.addresses as { address_1?: string }[] | undefined) ?? []).map((one) =>
    fold(one.address_1 ?? ''),
  );
  if (open.name && streets.some((street) => street.length > 4 && fold(String(open.name)).includes(street))) {
    hidden.name = open.name;
    delete open.name;
  }
  return { open, hidden };
}

const fold = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Field by field: the file's value where only the file changed, ours where only we did. Pure. */
export function merge(
  ours: Fields,
  theirs: Fields,
  said: Said,
  before: Said,
  { overwrite, speaks }: How,
): { fields: Fields; kept: string[]; gone: string[] } {
  const fields: Fields = { ...ours };
  const kept: string[] = [];
  const gone: string[] = [];
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(before)])) {
    if (name === 'place' || said[name] === before[name] || !(name in theirs || speaks(name))) continue;
    const mine = ours[name] === undefined ? undefined : mark(ours[name]);
    if (mine === said[name]) continue;
    // Never said by a file before: what the file leaves out is no reason to take ours away.
    const untouched = mine === before[name] || mine === undefined;
    if (!untouched && !overwrite) kept.push(name);
    else if (theirs[name] !== undefined) fields[name] = theirs[name];
    else if (mine !== undefined) {
      delete fields[name];
      gone.push(name);
    }
  }
  return { fields, kept, gone };
}
