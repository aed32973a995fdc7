/**
 * What importing a file would do to a plan: rows matched with items, texts merged, statuses compared with what the facts already say. Pure, so the
 * preview and the confirmation work it out alike. A file that was imported gives no changes the second time; what a file does not mention stays.
 * Only a file that we wrote can empty a field: there the column stands with nothing in it.
 */
import { z } from 'zod';
import type { Translate } from '#kernel';
import {
  classifyStatus,
  type ExistingItem,
  type ExchangeLocale,
  levelNameOf,
  matchRows,
  type ReadPlan,
  type ReadRow,
} from './exchange/index.ts';
import { itemFields, type ItemFields, type PlanFields, planFields } from './fields.ts';
import { scopeOf, statusesOf } from './import-facts.ts';
import { keyed, themesFor } from './import-keys.ts';
import { mergedFields, sameValue } from './import-merge.ts';
import { Places } from './import-places.ts';
import type { Day, ImportProblem, PublishedTotals, ScopeFact, StatusClass, Text } from './shape.ts';
import { standing } from './standing.ts';
import type { PlanItem, PlanState } from './state.ts';

export interface ImportRules {
  /** The day a status without its own day holds from, and on which new items of a published plan join it. */
  asOf: Day;
  today: Day;
  /** Items of the plan that the file does not mention stay, or leave the plan's scope on a day. */
  missing: 'keep' | 'remove';
  removedOn: Day;
  /** What the public reads where the file gives no reason. */
  why: { excluded: Text; removed: Text };
  /** Title of a plan that is made by the import. */
  title?: Text;
  /** Names that a person gave the levels, from the top; an empty or missing one leaves the name it has. */
  levelNames: readonly string[];
  /** Something of the plan is public, so new items are additions to its scope. */
  published: boolean;
  t: Translate;
  locale: ExchangeLocale;
}

/** An item that the file adds or changes. `row` is its place in the file. */
export interface ItemChange {
  ref: number;
  row: ReadRow;
  fields: ItemFields;
  /** The item as it stands; absent for a new one. */
  before?: PlanItem;
  /** Which parts differ; empty for a new one. */
  changed: (keyof ItemFields)[];
  /** Stands under another parent or in another place than before. */
  moved: boolean;
}

export interface StatusChange {
  ref: number;
  row: ReadRow;
  on: Day;
  before: StatusClass;
  fact: { status: StatusClass; reason?: Text };
}

/** An item joins the plan or leaves it. Without a row it is the file's silence that says so. */
export interface ScopeChange {
  ref: number;
  row?: ReadRow;
  on: Day;
  fact: Omit<ScopeFact, 'on'>;
}

export interface ImportChanges {
  /** The plan's own text after the import, and whether it differs. */
  fields: PlanFields;
  fieldsChanged: boolean;
  added: ItemChange[];
  changed: ItemChange[];
  statuses: StatusChange[];
  scope: ScopeChange[];
  /** Published totals that the plan does not have yet for their day, or has otherwise. */
  totals: PublishedTotals | null;
  /** Items in scope that the file does not mention. */
  missing: PlanItem[];
  /** Every item of the plan as it stands, to name those that a change only refers to. */
  standing: Pick<PlanItem, 'ref' | 'number' | 'title'>[];
  untouched: number;
  problems: ImportProblem[];
}

/** Works out every change. `state` is the draft, or null for a plan that does not exist. */
export function changesOf(state: PlanState | null, read: ReadPlan, rules: ImportRules): ImportChanges {
  const items = state?.items ?? [];
  const byRef = new Map(items.map((item) => [item.ref, item]));
  const { matches, unmatched, problems } = matchRows(existingOf(items), read.rows, rules.locale);
  const matched = matches.map((match) => (match.ref === null ? undefined : byRef.get(match.ref)));
  const refs = refsFor(read.rows, matched, state);
  const fields = planFieldsOf(state, read, rules);
  const themeKey = themesFor(fields, read.rows);
  const refOf = new Map(read.rows.flatMap((row, i) => (row.ref === undefined ? [] : [[row.ref, refs[i]!]])));
  const waitsFor = numbersToRefs(read.rows, refs, refOf);
  const columns = new Set(read.columns);
  const joins = items.length > 0 && rules.published ? rules.asOf : null;
  const places = new Places(items.length > 0);
  const out: ImportChanges = {
    fields,
    fieldsChanged: false,
    added: [],
    changed: [],
    statuses: [],
    scope: [],
    totals: null,
    standing: items.map(({ ref, number, title }) => ({ ref, number, title })),
    missing: unmatched.map((ref) => byRef.get(ref)!).filter((item) => standing(item, rules.today).inScope),
    untouched: 0,
    problems: [...problems],
  };

  const above: number[] = [];
  for (const [i, row] of read.rows.entries()) {
    above.length = Math.min(above.length, row.depth);
    const parentRef = above.at(-1) ?? null;
    const ref = refs[i]!;
    above.push(ref);
    const before = matched[i];
    const position = places.take(parentRef, ref, before);
    const wanted = mergedFields(row, before, columns, {
      parentRef,
      position,
      themes: row.themes?.map(themeKey),
      pillars: row.pillars?.map(keyed),
      dependsOn: waitsFor(row),
    });
    const checked = itemFields.safeParse(wanted);
    if (!checked.success) {
      out.problems.push(problemOf(row, checked.error, rules));
      continue;
    }
    const changed = before ? differing(before, checked.data) : [];
    const moved = changed.includes('parentRef') || changed.includes('position');
    const change: ItemChange = { ref, row, fields: checked.data, changed, moved, ...(before && { before }) };
    if (!before) out.added.push(change);
    else if (changed.length > 0) out.changed.push(change);
    const news = row.leaf ? statusesOf(ref, row, before, rules) : [];
    out.statuses.push(...news);
    const scope = scopeOf(ref, row, before, (inFile) => refOf.get(inFile), joins);
    out.scope.push(...scope);
    if (before && changed.length + news.length + scope.length === 0) out.untouched += 1;
  }
  if (rules.missing === 'remove')
    for (const { ref } of out.missing)
      out.scope.push({ ref, on: rules.removedOn, fact: { kind: 'removed', reason: rules.why.removed } });
  out.totals = newTotals(fields, read.published);
  if (out.totals) fields.publishedTotals = withTotals(fields.publishedTotals, out.totals);
  out.fieldsChanged = state === null || !sameValue(state.fields, fields);
  const whole = planFields.safeParse(fields);
  if (!whole.success)
    out.problems.push({
      line: 1,
      message: rules.t('plan.import.problem.plan', { part: String(whole.error.issues[0]!.path[0] ?? '') }),
      severity: 'error',
    });
  out.problems.sort((a, b) => a.line - b.line);
  return out;
}

/** True when confirming would write nothing. */
export const isNothing = (changes: ImportChanges): boolean =>
  !changes.fieldsChanged &&
  changes.added.length + changes.changed.length + changes.statuses.length + changes.scope.length === 0;

function existingOf(items: readonly PlanItem[]): ExistingItem[] {
  const parent = new Map(items.map((item) => [item.ref, item.parentRef]));
  const depths = new Map<number, number>();
  const depthOf = (ref: number): number => {
    const path: number[] = [];
    let at: number | null | undefined = ref;
    while (at != null && !depths.has(at) && path.length <= items.length) {
      path.push(at);
      at = parent.get(at);
    }
    let depth = at == null ? -1 : depths.get(at)!;
    for (const one of path.reverse()) depths.set(one, ++depth);
    return depths.get(ref)!;
  };
  return items.map(({ ref, number, title, parentRef }) => ({ ref, number, title, parentRef, depth: depthOf(ref) }));
}

/** The permanent number of every row: its item's, its own where that is free, or the next free one. */
function refsFor(
  rows: readonly ReadRow[],
  matched: readonly (PlanItem | undefined)[],
  state: PlanState | null,
): number[] {
  const taken = new Set([...(state?.items ?? []), ...(state?.indicators ?? [])].map((item) => item.ref));
  const refs = rows.map((row, i) => {
    if (matched[i]) return matched[i].ref;
    if (row.ref === undefined || taken.has(row.ref)) return 0;
    taken.add(row.ref);
    return row.ref;
  });
  let last = [...taken].reduce((max, ref) => Math.max(max, ref), 0);
  return refs.map((ref) => ref || ++last);
}

/** What a row waits for, as permanent numbers of the plan; the file says it in its own permanent or printed numbers. */
function numbersToRefs(
  rows: readonly ReadRow[],
  refs: readonly number[],
  refOf: ReadonlyMap<number, number>,
): (row: ReadRow) => number[] | undefined {
  const byNumber = new Map<string, number>();
  for (const [i, row] of rows.entries()) {
    if (row.number && !byNumber.has(row.number)) byNumber.set(row.number, refs[i]!);
  }
  return (row) => {
    if (!row.dependsOn && !row.waitsFor) return undefined;
    const found = [
      ...(row.dependsOn ?? []).map((ref) => refOf.get(ref)),
      ...(row.dependsOn ? [] : (row.waitsFor ?? []).map((number) => byNumber.get(number))),
    ];
    return found.filter((ref) => ref !== undefined);
  };
}

function differing(before: PlanItem, after: ItemFields): (keyof ItemFields)[] {
  const keys = Object.keys(itemFields.shape) as (keyof ItemFields)[];
  return keys.filter((key) => !sameValue((before as unknown as ItemFields)[key], after[key]));
}

/** The plan's own text after the import. A plan that exists keeps its text; one that is empty takes what the file says. */
function planFieldsOf(state: PlanState | null, read: ReadPlan, rules: ImportRules): PlanFields {
  const held = state && state.items.length > 0 ? state.fields.levels : [];
  const named = Array.from({ length: Math.max(held.length, read.levelNames.length) }, (_, depth) => {
    const name = held[depth] ?? read.levelNames[depth]!;
    const chosen = rules.levelNames[depth]?.trim();
    if (chosen && chosen !== name.one.en) return levelNameOf(chosen);
    const word = rules.t('plan.import.level', { n: depth + 1 });
    return {
      one: name.one.en ? name.one : { ...name.one, en: name.one.es || word },
      many: name.many.en ? name.many : { ...name.many, en: name.many.es || name.one.en || word },
    };
  }) as PlanFields['levels'];
  const own = read.rows.some((row) => row.ref !== undefined);
  if (state) {
    const fields = structuredClone(state.fields);
    if (named.length > 0) fields.levels = named;
    if (state.items.length === 0 && own && read.titleText) fields.title = titleFrom(read.titleText);
    return fields;
  }
  return {
    title: titleFrom(rules.title ?? read.titleText ?? { en: read.title || rules.t('plan.import.untitled') }),
    levels: named.length > 0 ? named : [{ one: { en: 'Item', es: undefined }, many: { en: 'Items', es: undefined } }],
    statuses: own ? [] : ownWords(read),
    themes: [],
    publishedTotals: [],
    ...(!own && read.asOf ? { baselineOn: read.asOf } : {}),
  };
}

const titleFrom = (text: Text): PlanFields['title'] => {
  const cut = { en: (text.en || text.es || '').slice(0, 200), es: text.es?.slice(0, 200) };
  return planFields.shape.title.parse(cut);
};

/** The words the file uses for each class, the most frequent one of each, so that the public page speaks the plan's own language. */
function ownWords(read: ReadPlan): PlanFields['statuses'] {
  const out: PlanFields['statuses'] = [];
  for (const { word, class: of } of [...read.statusWords].sort((a, b) => b.count - a.count)) {
    // A word that a person had to explain would not explain itself to the public.
    if (of === null || of === 'unknown' || classifyStatus(word) !== of) continue;
    if (word.length > 60 || out.some((one) => one.class === of)) continue;
    const code = keyed(word);
    if (!out.some((one) => one.code === code)) out.push({ code, class: of, label: { en: word, es: undefined } });
  }
  return out;
}

const numbersOf = ({ asOf, done, active, notBegun, excluded, percent }: PublishedTotals) => ({
  asOf,
  done,
  active,
  notBegun,
  excluded,
  percent,
});

function newTotals(fields: PlanFields, found: PublishedTotals | null): PublishedTotals | null {
  if (!found) return null;
  const held = fields.publishedTotals.find((one) => one.asOf === found.asOf);
  return held && sameValue(numbersOf(held), numbersOf(found)) ? null : found;
}

const withTotals = (held: PlanFields['publishedTotals'], found: PublishedTotals): PlanFields['publishedTotals'] =>
  [...held.filter((one) => one.asOf !== found.asOf), found].sort((a, b) => (a.asOf < b.asOf ? -1 : 1));

/** Which part of a row does not fit, in words. */
function problemOf(row: ReadRow, error: z.ZodError, rules: ImportRules): ImportProblem {
  const issue = error.issues[0]!;
  const part = String(issue.path[0] ?? '');
  const known = ['number', 'title', 'description', 'lead', 'partners', 'themes', 'pillars', 'milestones', 'due'];
  const most = issue.code === 'too_big' ? Number(issue.maximum) : 0;
  const values = { line: row.line ?? 0, part: known.includes(part) ? part : 'other', most };
  return { line: row.line ?? 1, message: rules.t('plan.import.problem.field', values), severity: 'error' };
}
