/**
 * What differs in one item between two snapshots, and the words for its dated facts. `story.ts` puts these together for whole revisions and
 * for an item's page.
 */
import type { IndicatorValue } from './indicator-math.ts';
import type { Words } from './progress.ts';
import type { ScopeFact, StatusClass, StatusFact, Text } from './shape.ts';
import type { Change, Field, Milestone, SnapshotIndicator, SnapshotItem } from './snapshot.ts';
import { liveFacts } from './standing.ts';
import { textDifference } from '#engines/text-difference';

type Plain = string | number | string[] | null;

/** Every difference but place and number: wording, plain fields, lists, milestones, then facts, updates and indicators. */
export function diffItem(old: SnapshotItem, item: SnapshotItem, numberOfRef: (ref: number) => string): Change[] {
  const { ref } = item;
  const changes: Change[] = [];
  const changed = (field: Field, before: Plain, after: Plain, said: Words, more: Partial<Change> = {}) =>
    changes.push({ ref, kind: 'changed', field, before, after, said, ...more });

  // An action that is made a heading is counted no longer, so this is never left unsaid.
  const [counted, counts] = [old.leaf ?? true, item.leaf ?? true];
  if (counted !== counts)
    changes.push({
      ref,
      kind: 'changed',
      said: { key: `plan.story.${counts ? 'nowCounted' : 'notCounted'}`, values: {} },
    });
  for (const field of ['title', 'description'] as const) {
    for (const locale of ['en', 'es'] as const) {
      const [before, after] = [old[field]?.[locale] ?? '', item[field]?.[locale] ?? ''];
      if (before === after) continue;
      const said = { key: `plan.story.text${verb(before, after)}`, values: { field, locale } };
      changed(field, before || null, after || null, said, { locale, words: textDifference(before, after) });
    }
  }
  for (const field of ['lead', 'due', 'fundingNeeded', 'fundingSecured'] as const) {
    const [before, after] = [old[field] ?? '', item[field] ?? ''];
    if (before === after) continue;
    const values = { field, before, after };
    changed(field, old[field] ?? null, item[field] ?? null, { key: `plan.story.field${verb(before, after)}`, values });
  }
  const numbers = (refs: number[] = []) => [...refs].sort((a, b) => a - b).map(numberOfRef);
  for (const field of ['partners', 'themes', 'pillars', 'dependsOn'] as const) {
    const before = field === 'dependsOn' ? numbers(old.dependsOn) : (old[field] ?? []);
    const after = field === 'dependsOn' ? numbers(item.dependsOn) : (item[field] ?? []);
    const [left, joined] = [missingFrom(after, before), missingFrom(before, after)];
    if (left.length + joined.length === 0) continue;
    const values = { field, added: joined.join(', '), removed: left.join(', ') };
    changed(field, before, after, { key: `plan.story.list${verb(values.removed, values.added)}`, values });
  }
  diffMilestones(old.milestones ?? [], item.milestones ?? [], (subject, said, before, after) =>
    changed('milestones', before, after, said, { subject }),
  );
  changes.push(...diffFacts(old, item, numberOfRef), ...diffUpdates(old, item), ...diffIndicators(old, item));
  return changes;
}

/** The ending of a message key by what was there and what is there now, so that no sentence has an empty place. */
export function verb(before: Plain, after: Plain): 'Added' | 'Removed' | 'Changed' {
  return before === '' ? 'Added' : after === '' ? 'Removed' : 'Changed';
}

/** The members of `list` that `other` lacks. */
function missingFrom(other: string[], list: string[]): string[] {
  const there = new Set(other);
  return list.filter((one) => !there.has(one));
}

type TellMilestone = (subject: Text, said: Words, before: Plain, after: Plain) => void;

function diffMilestones(before: Milestone[], after: Milestone[], tell: TellMilestone): void {
  const keyOf = ({ id, title }: Milestone) => id ?? title.en;
  const was = new Map(before.map((one) => [keyOf(one), one]));
  const is = new Set(after.map(keyOf));
  for (const one of after) {
    const old = was.get(keyOf(one));
    const [due, doneOn] = [one.due ?? '', one.doneOn ?? ''];
    const say = (key: string, values: Words['values'], from: Plain, to: Plain) =>
      tell(one.title, { key: `plan.story.milestone${key}`, values }, from, to);
    if (old === undefined) say(due === '' ? 'Added' : 'AddedDue', { due }, null, one.title.en);
    else {
      for (const locale of ['en', 'es'] as const) {
        const [from, to] = [old.title[locale] ?? '', one.title[locale] ?? ''];
        if (from !== to) say(`Title${verb(from, to)}`, { locale, before: from, after: to }, from, to);
      }
      const dueBefore = old.due ?? '';
      const values = { before: dueBefore, after: due };
      if (dueBefore !== due) say(`Due${verb(dueBefore, due)}`, values, old.due ?? null, one.due ?? null);
    }
    if ((old?.doneOn ?? '') === doneOn) continue;
    if (doneOn === '') say('Reopened', { before: old!.doneOn! }, old!.doneOn!, null);
    else say('Done', { on: doneOn }, old?.doneOn ?? null, doneOn);
  }
  for (const one of before) {
    if (!is.has(keyOf(one))) tell(one.title, { key: 'plan.story.milestoneGone', values: {} }, one.title.en, null);
  }
}

/** A status fact with what it changed. `counted: false`: it was retracted and never counted. */
export interface StatusStep<F extends StatusFact> {
  fact: F;
  counted: boolean;
  said: Words;
}

/** Status facts by day with the class before and after each; a correction starts from the class it corrects. Statuses are codes. */
export function statusSteps<F extends StatusFact>(facts: F[]): StatusStep<F>[] {
  const live = new Set(liveFacts(facts));
  const byId = new Map(facts.map((fact) => [fact.id, fact]));
  let status: StatusClass = 'unknown';
  return [...facts].sort(byDay).map((fact) => {
    const wrong = fact.retracts === undefined ? undefined : byId.get(fact.retracts);
    const values = { on: fact.on, from: wrong?.status ?? status, to: fact.status };
    if (live.has(fact)) status = fact.status;
    const key = wrong ? 'plan.story.corrected' : 'plan.story.status';
    return { fact, counted: live.has(fact), said: { key, values } };
  });
}

/** The words for a scope fact; a key that ends in `Into` has the printed numbers it went into. */
export function scopeWords(fact: ScopeFact, numberOfRef: (ref: number) => string): Words {
  const into = fact.kind === 'added' || fact.kind === 'removed' ? '' : (fact.into ?? []).map(numberOfRef).join(', ');
  const key = `plan.story.scope${fact.kind[0]!.toUpperCase()}${fact.kind.slice(1)}${into && 'Into'}`;
  return { key, values: { on: fact.on, into } };
}

/** The words for one measurement; null is said to be missing. */
export function valueWords({ on, value }: IndicatorValue): Words {
  return value === null
    ? { key: 'plan.story.valueMissing', values: { on } }
    : { key: 'plan.story.value', values: { on, value } };
}

/** New facts, and, though nothing may ever be deleted, facts that are no longer there: a difference must not hide that. */
function diffFacts(old: SnapshotItem, item: SnapshotItem, numberOfRef: (ref: number) => string): Change[] {
  const { ref } = item;
  const changes: Change[] = [];
  const was = new Set(old.facts.map(({ id }) => id));
  const is = new Set(item.facts.map(({ id }) => id));
  for (const { fact, said } of statusSteps(item.facts)) {
    if (was.has(fact.id)) continue;
    const { from, to } = said.values;
    changes.push({ ref, kind: 'status', before: from, after: to, said, ...(fact.reason && { reason: fact.reason }) });
  }
  for (const { id, on, status } of old.facts) {
    if (is.has(id)) continue;
    const said = { key: 'plan.story.statusGone', values: { on, status } };
    changes.push({ ref, kind: 'status', before: status, after: null, said });
  }
  const keyOf = ({ on, kind, into }: ScopeFact) => JSON.stringify([on, kind, into ?? []]);
  const scopeWas = new Set(old.scope.map(keyOf));
  for (const fact of item.scope) {
    if (scopeWas.has(keyOf(fact))) continue;
    const said = scopeWords(fact, numberOfRef);
    changes.push({ ref, kind: 'scope', after: fact.kind, said, ...(fact.reason && { reason: fact.reason }) });
  }
  const scopeIs = new Set(item.scope.map(keyOf));
  for (const fact of old.scope) {
    if (scopeIs.has(keyOf(fact))) continue;
    const said = { key: 'plan.story.scopeGone', values: { on: fact.on, kind: fact.kind } };
    changes.push({ ref, kind: 'scope', before: fact.kind, after: null, said });
  }
  return changes;
}

function diffUpdates(old: SnapshotItem, item: SnapshotItem): Change[] {
  const changes: Change[] = [];
  const add = (key: string, on: string, more: Partial<Change> = {}) =>
    changes.push({ ref: item.ref, kind: 'update', said: { key: `plan.story.${key}`, values: { on } }, ...more });
  const was = new Map((old.updates ?? []).map((update) => [update.id, update]));
  const is = new Set((item.updates ?? []).map(({ id }) => id));
  for (const { id, on, text } of item.updates ?? []) {
    const before = was.get(id)?.text;
    if (before === undefined) add('update', on, { after: text.en, text });
    else {
      for (const locale of ['en', 'es'] as const) {
        const [from, to] = [before[locale] ?? '', text[locale] ?? ''];
        if (from !== to) add('updateChanged', on, { locale, before: from, after: to, words: textDifference(from, to) });
      }
    }
  }
  for (const { id, on, text } of old.updates ?? []) if (!is.has(id)) add('updateGone', on, { before: text.en });
  const reviewed = new Set((old.reviews ?? []).map(({ on }) => on));
  for (const { on } of item.reviews ?? []) if (!reviewed.has(on)) add('reviewed', on);
  return changes;
}

function diffIndicators(old: SnapshotItem, item: SnapshotItem): Change[] {
  const changes: Change[] = [];
  const indicatorsWas = new Map((old.indicators ?? []).map((one) => [one.id, one]));
  const is = new Set((item.indicators ?? []).map(({ id }) => id));
  const add = (subject: Text, said: Words, before: Plain, after: Plain, reason?: Text) =>
    changes.push({ ref: item.ref, kind: 'indicator', before, after, said, subject, ...(reason && { reason }) });
  for (const one of item.indicators ?? []) {
    const before = indicatorsWas.get(one.id);
    if (before === undefined) add(one.title, { key: 'plan.story.indicatorAdded', values: {} }, null, one.title.en);
    else {
      const [from, to] = [definition(before), definition(one)];
      for (const field of Object.keys(to)) {
        if (from[field] === to[field]) continue;
        const values = { field, before: from[field]!, after: to[field]! };
        add(
          one.title,
          { key: `plan.story.indicatorField${verb(from[field]!, to[field]!)}`, values },
          from[field]!,
          to[field]!,
        );
      }
    }
    const measured = new Map((before?.values ?? []).map((value) => [value.on, value]));
    const measuredNow = new Map(one.values.map((value) => [value.on, value]));
    for (const value of [...measuredNow.values()].sort(byDay)) {
      const earlier = measured.get(value.on);
      if (earlier === undefined) add(one.title, valueWords(value), null, value.value, value.why);
      else if (earlier.value !== value.value) {
        const [was, now] = [earlier.value, value.value];
        const values = { on: value.on, before: was ?? '', after: now ?? '' };
        // From or to "no figure" there is no change of a number to speak of.
        const said = was === null || now === null ? valueWords(value) : { key: 'plan.story.valueChanged', values };
        add(one.title, said, was, now, value.why);
      } else if (noteOf(earlier) !== noteOf(value))
        add(one.title, valueWords(value), value.value, value.value, value.why);
    }
    for (const { on, value } of measured.values()) {
      if (!measuredNow.has(on)) add(one.title, { key: 'plan.story.valueGone', values: { on } }, value, null);
    }
  }
  for (const { id, title } of old.indicators ?? []) {
    if (!is.has(id)) add(title, { key: 'plan.story.indicatorGone', values: {} }, title.en, null);
  }
  return changes;
}

const noteOf = ({ why }: IndicatorValue): string => JSON.stringify([why?.en ?? '', why?.es ?? '']);

/** What an indicator is, apart from its values; absent parts are empty. */
function definition({
  title,
  unit,
  definition: counting,
  figure,
  direction,
  baseline,
  target,
  period,
}: SnapshotIndicator): Record<string, string | number> {
  return {
    title: title.en,
    titleEs: title.es ?? '',
    unit: unit?.en ?? '',
    unitEs: unit?.es ?? '',
    definition: counting?.en ?? '',
    definitionEs: counting?.es ?? '',
    figure: figure ?? '',
    direction,
    baseline: baseline?.value ?? '',
    baselineDay: baseline?.on ?? '',
    target: target?.value ?? '',
    targetDay: target?.on ?? '',
    period: period ?? '',
  };
}

function byDay(a: { on: string }, b: { on: string }): number {
  return a.on < b.on ? -1 : a.on > b.on ? 1 : 0;
}
