/**
 * People to talk to and prices in a provider's own form: each that stands there in controls of its own, one empty one to add, a box to take one out. The
 * names of controls are `<list>.<child id | new>.<part>`; children that the reader may not see are not asked for and stay as they are.
 */
import { Problem } from '#kernel';
import type { Rec } from '#modules/organisations';
import { type Part, partsOf } from '../../records/controls.ts';
import { enteredChild, faultsOfList } from '../../records/entered.ts';
import { type Child, childrenIn } from '../../records/sections.ts';

/** Lists that are asked for part by part. */
export const childLists = new Set(['contacts', 'cost_options']);

/** The parts a provider is asked for; the rest of a child stays as it is. */
export const ownParts = (list: string): Part[] =>
  partsOf[list]!.filter(({ name, rare }) => !rare && name !== 'valid_from' && name !== 'valid_to');

/** What was entered, by name of the control. */
export type Entered = Readonly<Record<string, string | undefined>>;

/** Children a reader may not be shown. */
export type Unseen = ReadonlySet<string>;
export const nothingUnseen: Unseen = new Set();

export const shownChildren = (rec: Pick<Rec, 'fields'>, list: string, unseen: Unseen): Child[] =>
  childrenIn(rec.fields, list).filter((child) => !unseen.has(child.id));

/** Says what is wrong by a message key, as problems do. */
const keys = { t: (key: string): string => key };

/** The list as it was entered; null for an empty one. Throws Problem.invalid by the names of controls. */
export function childrenFrom(rec: Rec, list: string, entered: Entered, unseen: Unseen, now: Date): Child[] | null {
  const parts = ownParts(list);
  const errors: Record<string, { key: string }> = {};
  const out: Child[] = [];
  const read = (before: Child | null) => {
    const at = `${list}.${before?.id ?? 'new'}`;
    const said = parts.map(({ name }): [string, string] => [name, (entered[`${at}.${name}`] ?? '').trim()]);
    if (before && said.every(([name]) => entered[`${at}.${name}`] === undefined)) {
      out.push(before);
      return;
    }
    // Cleared out is taken out.
    if (entered[`${at}.out`] === 'yes' || said.every(([, text]) => text === '')) return;
    const form = { fields: Object.fromEntries(said), lists: {} };
    const { child, errors: wrong } = enteredChild(keys, list, before, form, now, parts);
    const faults = { ...faultsOfList(keys, rec.kind, list, [child], child), ...wrong };
    for (const [name, key] of Object.entries(faults)) if (key) errors[`${at}.${name}`] = { key };
    out.push(child);
  };
  for (const child of childrenIn(rec.fields, list)) {
    if (unseen.has(child.id)) out.push(child);
    else read(child);
  }
  read(null);
  if (Object.keys(errors).length > 0) throw Problem.invalid(errors);
  return out.length > 0 ? out : null;
}
