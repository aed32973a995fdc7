/**
 * What a file can speak of. A list that has no column for hours does not say that there are none, and a package without a table of telephones does not
 * say that nobody has one: what earlier files said there stays. JSON says all of a record at once, and leaves out what it has no value for.
 */
import type { Kind } from '#engines/record-shape';
import type { RawTables } from './rows.ts';
import { tableOfEntity, tables } from './tables.ts';

/** `kind.field` of what a file speaks of; null when that is everything. */
export type Spoken = readonly string[] | null;

const kinds = Object.values(tables).flatMap(({ kind }) => kind ?? []);

export function spokenOf(raw: RawTables): Spoken {
  if (raw.whole) return null;
  const out = new Set(raw.says);
  for (const [table, columns] of raw.columns) {
    const shape = tables[table];
    if (!shape) continue;
    const { kind, list } = shape;
    if (kind) for (const column of columns) out.add(`${kind}.${column}`);
    else if (table === 'attributes') for (const owner of holdersOfAttributes(raw)) out.add(`${owner}.attributes`);
    else
      for (const [column, owner] of Object.entries(shape.owners ?? {})) {
        const holder = tables[owner]?.kind;
        if (holder && list && columns.has(column)) out.add(`${holder}.${list(owner)}`);
      }
  }
  // Our own fields travel as attributes (../hsds/shape.ts).
  for (const kind of kinds) if (out.has(`${kind}.attributes`)) out.add(`${kind}.translations`);
  return [...out];
}

/** A table of attributes is of everything; columns that became attributes are of whom they stood at. */
function holdersOfAttributes(raw: RawTables): readonly Kind[] {
  if (raw.headed.has('attributes')) return kinds;
  const named = new Set(
    raw.of('attributes').map(({ cells }) => tables[tableOfEntity[String(cells.link_entity)] ?? '']?.kind),
  );
  return kinds.filter((kind) => named.has(kind));
}

export const speaksOf = (spoken: Spoken): ((kind: Kind, field: string) => boolean) => {
  if (spoken === null) return () => true;
  const all = new Set(spoken);
  return (kind, field) => all.has(`${kind}.${field}`);
};
