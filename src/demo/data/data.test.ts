/** The demonstration data hold together: every pointer leads somewhere, every day is real, and every total is what the rows add up to. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import harborJson from './harbor.json' with { type: 'json' };
import houstonJson from './houston.json' with { type: 'json' };
import type { DemoNetwork, DemoPlan, DemoRow } from './shape.ts';

const harbor = harborJson as DemoNetwork;
const houston = houstonJson as DemoNetwork;
const networks = [harbor, houston];
const plans = networks.flatMap((network) =>
  network.plans.map((plan) => ({ name: `${network.slug}/${plan.slug}`, network, plan })),
);
const pillars = ['partner', 'prevent', 'protect', 'prosecute', 'provide'];
/** The day after which nothing may be said to have happened yet. */
const written = '2026-11-21';

const planOf = (network: DemoNetwork, slug: string): DemoPlan => network.plans.find((plan) => plan.slug === slug)!;
const leavesOf = (plan: DemoPlan): DemoRow[] => plan.rows.filter((row) => row.leaf);

/** Counts the leaves by class on a day, by hand, so that this does not lean on the roll-up it feeds. */
function count(plan: DemoPlan, day: string) {
  const counts = { done: 0, active: 0, notBegun: 0, ongoing: 0, excluded: 0, unknown: 0 };
  for (const row of leavesOf(plan)) {
    const joined = row.added === undefined || row.added <= day;
    const left = row.scope?.some((fact) => fact.kind !== 'added' && fact.on <= day) ?? false;
    if (joined && !left) counts[row.history.findLast((fact) => fact.on <= day)?.status ?? 'unknown'] += 1;
  }
  return counts;
}

/** Every value under a tree, with the path that leads to it. */
function walk(value: unknown, at = ''): { at: string; value: unknown }[] {
  if (value === null || typeof value !== 'object') return [{ at, value }];
  const inside = Object.entries(value).flatMap(([key, child]) => walk(child, `${at}/${key}`));
  return [{ at, value }, ...inside];
}

test.each(networks.map((network) => [network.slug, network] as const))(
  'every text of %s is there in English and Spanish',
  (_, network) => {
    const texts = walk(network).filter(({ value }) => value !== null && typeof value === 'object' && 'en' in value);
    expect(texts.length).toBeGreaterThan(100);
    for (const { at, value } of texts) {
      const { en, es, ...rest } = value as Record<string, string>;
      expect(Object.keys(rest), at).toEqual([]);
      for (const text of [en, es]) {
        expect(text?.length, at).toBeGreaterThan(0);
        expect(text, at).toBe(text?.trim().replace(/\s+/g, ' '));
      }
      if (en!.split(' ').length > 3) expect(es, at).not.toBe(en);
    }
  },
);

test('every day is a real one, and nothing has happened after the day it was written', () => {
  const dayKey = /\/(on|asOf|due|doneOn|added|startsOn|endsOn|baselineOn)$/;
  for (const network of networks) {
    const days = walk(network).filter(({ at, value }) => dayKey.test(at) && typeof value === 'string');
    expect(days.length).toBeGreaterThan(1);
    for (const { at, value } of days) {
      const parsed = new Date(`${value}T00:00:00Z`);
      expect(Number.isNaN(parsed.getTime()) ? null : parsed.toISOString().slice(0, 10), at).toBe(value);
      if (/\/(history|updates|scope|values)\/\d+\/on$|\/doneOn$|\/added$|\/asOf$/.test(at))
        expect(String(value) <= written, at).toBe(true);
    }
  }
});

test.each(plans)('$name has refs from 1 up, unique numbers, and a parent above every row', ({ plan }) => {
  expect(plan.rows.map((row) => row.ref)).toEqual(plan.rows.map((_, index) => index + 1));
  expect(new Set(plan.rows.map((row) => row.number)).size).toBe(plan.rows.length);
  const above: string[] = [];
  for (const row of plan.rows) {
    expect(row.depth, row.number).toBeLessThanOrEqual(above.length);
    if (row.depth > 0) expect(row.number.startsWith(`${above[row.depth - 1]}.`), row.number).toBe(true);
    expect(row.leaf, row.number).toBe(row.depth === plan.levels.length - 1);
    above.length = row.depth;
    above.push(row.number);
  }
});

test.each(plans)(
  '$name names only what exists: agencies, themes, pillars, statuses, people, phases and items',
  ({ plan, network }) => {
    const agencies = new Set(network.agencies.map((agency) => agency.key));
    const people = new Set(network.people.map((person) => person.key));
    const themes = new Set(plan.themes.map((theme) => theme.key));
    const classes = new Set(plan.statuses.map((status) => status.class));
    const refs = new Map(plan.rows.map((row) => [row.ref, row]));
    for (const row of plan.rows) {
      for (const key of [row.lead, ...(row.partners ?? [])])
        if (key !== undefined) expect(agencies, `${row.number} ${key}`).toContain(key);
      expect(row.partners ?? [], row.number).not.toContain(row.lead);
      for (const theme of row.themes ?? []) expect(themes, row.number).toContain(theme);
      for (const pillar of row.pillars ?? []) expect(pillars, row.number).toContain(pillar);
      if (row.leaf) expect(row.pillars?.length, row.number).toBeGreaterThan(0);
      for (const fact of row.history) expect(classes, row.number).toContain(fact.status);
      for (const ref of [...(row.dependsOn ?? []), ...(row.scope ?? []).flatMap((fact) => fact.into ?? [])]) {
        expect(refs.get(ref)?.leaf, `${row.number} → ${ref}`).toBe(true);
        expect(ref, row.number).not.toBe(row.ref);
      }
      for (const { by, approvedBy } of row.history)
        for (const key of [by, approvedBy]) if (key !== undefined) expect(people).toContain(key);
    }
    for (const indicator of plan.indicators)
      if (indicator.row !== undefined) expect(refs.get(indicator.row)?.leaf, indicator.key).toBe(true);
    if (plan.predecessor !== undefined) expect(network.plans.map((other) => other.slug)).toContain(plan.predecessor);
  },
);

test.each(plans)('$name tells each story in order and begins it in scope', ({ plan }) => {
  for (const row of plan.rows) {
    for (const list of [row.history, row.updates ?? [], row.scope ?? []]) {
      const days = list.map((entry) => entry.on);
      expect(days, row.number).toEqual([...days].sort());
    }
    if (!row.leaf) expect(row.history, row.number).toEqual([]);
    const first = row.history[0];
    if (first) expect(first.on, row.number).toBe(row.added ?? plan.baselineOn);
    expect(row.added, row.number).toBe(row.scope?.find((fact) => fact.kind === 'added')?.on);
    const left = row.scope?.find((fact) => fact.kind !== 'added');
    if (left)
      for (const entry of [...row.history, ...(row.updates ?? [])]) expect(entry.on < left.on, row.number).toBe(true);
    for (const [index, fact] of row.history.entries())
      expect(fact.status, row.number).not.toBe(row.history[index - 1]?.status);
  }
});

test('nothing is excluded without a reason and a second person', () => {
  const excluded = plans
    .flatMap(({ plan }) => plan.rows.flatMap((row) => row.history))
    .filter((fact) => fact.status === 'excluded');
  expect(excluded).toHaveLength(7);
  for (const fact of excluded) {
    expect(fact.reason?.en.length).toBeGreaterThan(20);
    expect(fact.by).toBeDefined();
    expect(fact.approvedBy).toBeDefined();
    expect(fact.approvedBy).not.toBe(fact.by);
  }
});

test.each(plans)('$name has no circle of dependencies', ({ plan }) => {
  const waits = new Map(plan.rows.map((row) => [row.ref, row.dependsOn ?? []]));
  const settled = new Set<number>();
  const visit = (ref: number, path: number[]): void => {
    expect(path, `circle at ${ref}`).not.toContain(ref);
    if (settled.has(ref) || path.includes(ref)) return;
    for (const next of waits.get(ref) ?? []) visit(next, [...path, ref]);
    settled.add(ref);
  };
  for (const ref of waits.keys()) visit(ref, []);
});

test.each(plans)('$name prints totals that follow the rule and, where statuses are known, the rows', ({ plan }) => {
  for (const totals of plan.publishedTotals) {
    const counting = totals.done + totals.active + totals.notBegun;
    expect(totals.percent).toBe(Math.floor((100 * totals.done) / counting + 0.5));
    if (leavesOf(plan).some((row) => row.history.length > 0)) {
      const { done, active, notBegun, excluded } = totals;
      expect(count(plan, totals.asOf)).toEqual({ done, active, notBegun, ongoing: 0, excluded, unknown: 0 });
    } else if (plan.rows.length > 0) {
      expect(counting + totals.excluded).toBe(leavesOf(plan).length);
    }
  }
});

test('the published figures of Houston are those that were printed', () => {
  const figures = houston.plans.flatMap((plan) =>
    plan.publishedTotals.map((t) => [plan.slug, t.asOf, t.done, t.active, t.notBegun, t.excluded, t.percent]),
  );
  expect(figures).toEqual([
    ['phase-1', '2020-06-15', 81, 0, 0, 10, 100],
    ['phase-2', '2019-04-25', 41, 14, 8, 1, 65],
    ['phase-2', '2020-06-15', 52, 7, 3, 2, 84],
  ]);
  const { rows } = planOf(houston, 'phase-2');
  expect([0, 1, 2].map((depth) => rows.filter((row) => row.depth === depth).length)).toEqual([6, 13, 64]);
  expect(rows.flatMap((row) => row.history)).toEqual([]);
  for (const row of rows)
    for (const title of [row.title.en, row.title.es]) expect(title.length, row.number).toBeLessThanOrEqual(90);
});

const seed = path.resolve(
  process.env.WAYMARK_SHARED ?? path.resolve(import.meta.dirname, '../../../../shared'),
  'seeds/000_9e6cc38383cb18cd.txt',
);

test.skipIf(!existsSync(seed))(
  'Houston phase two keeps the published numbering, and none of its titles is copied',
  () => {
    const published = readFileSync(seed, 'utf8');
    const numbers = [...published.matchAll(/(?:Objective|Strategy|Tactic) (\d+(?:\.\d+)*)/g)].map((match) => match[1]);
    const { rows } = planOf(houston, 'phase-2');
    expect(rows.map((row) => row.number)).toEqual(numbers);
    expect(
      rows.filter((row) => published.toLowerCase().includes(row.title.en.toLowerCase())).map((row) => row.title.en),
    ).toEqual([]);
  },
);

test('Harbor County shows every status, every way of leaving, late, stale and unowned work, and all five kinds of indicator', () => {
  const plan = planOf(harbor, '2024-2027');
  const today = count(plan, written);
  for (const status of ['done', 'active', 'notBegun', 'ongoing', 'excluded'] as const)
    expect(today[status], status).toBeGreaterThan(2);
  const kinds = new Set(plan.rows.flatMap((row) => row.scope?.map((fact) => fact.kind) ?? []));
  expect([...kinds].sort()).toEqual(['added', 'merged', 'split', 'superseded']);
  const open = leavesOf(plan).filter(
    (row) => ['active', 'notBegun'].includes(row.history.at(-1)!.status) && !row.scope?.some((fact) => fact.into),
  );
  const lastWord = (row: DemoRow) =>
    [...row.history, ...(row.updates ?? [])].reduce((last, { on }) => (on > last ? on : last), '');
  expect(open.filter((row) => row.due! < written).length).toBeGreaterThan(2);
  expect(open.filter((row) => row.lead === undefined).length).toBeGreaterThan(1);
  expect(
    open.filter((row) => row.history.at(-1)!.status === 'active' && lastWord(row) < '2026-02-21').length,
  ).toBeGreaterThan(2);
  expect(new Set(plan.indicators.map((indicator) => indicator.kind)).size).toBe(5);
  expect(plan.indicators.some((indicator) => indicator.values.some(({ value }) => value === null))).toBe(true);
});

test('everyone in the demonstration is plainly made up and cannot be written to', () => {
  for (const network of networks) {
    expect(network.note.en).toMatch(/demonstration/i);
    for (const agency of network.agencies) expect(agency.fictional).toBe(true);
    for (const person of network.people) {
      expect(person.name).toMatch(/^Demo .+ \(demo\)$/);
      expect(person.email).toMatch(/@harbor\.example$/);
      expect(network.agencies.map((agency) => agency.key)).toContain(person.agency);
    }
    expect(new Set(network.people.map((person) => person.email)).size).toBe(network.people.length);
  }
});

test('the help lines are the national ones, the same everywhere', () => {
  expect(houston.lines).toEqual(harbor.lines);
  const numbers = harbor.lines.map((line) => [line.phone, line.sms, line.smsWord]);
  expect(numbers).toEqual([
    ['911', undefined, undefined],
    ['1-888-373-7888', '233733', undefined],
    ['1-800-799-7233', '88788', 'START'],
    ['988', '988', undefined],
  ]);
});
