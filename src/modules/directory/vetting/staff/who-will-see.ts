/**
 * Who will see what a provider wants in a list: an entry that is put right keeps its id, and with it whoever saw it before; a new one is seen by those
 * whom the list is marked for, which a provider's choice never opens to the public.
 */
import { type Audience, audiences, type Rec, sameValue } from '#modules/organisations';
import { markOf } from '../../records/mark.tsx';

export interface WillSee {
  /** Of entries that are new, null when there are none. */
  added: Audience | null;
  /** Of entries that are put right, the widest first. */
  changed: Audience[];
}

export function whoWillSee(rec: Pick<Rec, 'fields' | 'marks'>, field: string, wanted: unknown): WillSee {
  const entries = (value: unknown) => (Array.isArray(value) ? (value as { id: string }[]) : []);
  const now = new Map(entries(rec.fields[field]).map((entry) => [entry.id, entry]));
  const differing = entries(wanted).filter((entry) => now.has(entry.id) && !sameValue(entry, now.get(entry.id)));
  const seen = new Set(differing.map((entry) => markOf(rec.marks, field, entry.id)));
  return {
    added: entries(wanted).some((entry) => !now.has(entry.id)) ? markOf(rec.marks, field) : null,
    changed: audiences.filter((audience) => seen.has(audience)),
  };
}
