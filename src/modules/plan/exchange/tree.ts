/**
 * Gives each item its place: which level is above which, which item is whose parent. Printed numbers decide where they can ("1.2.3" belongs to
 * "1.2" wherever it stands); otherwise the order of the file does. Says what does not fit.
 */
import type { LevelName, PlanRow, Text } from '../shape.ts';
import { type Draft, numberParts } from './draft.ts';
import type { Limits } from './limits.ts';
import { excerpt, type Problems, sentence, Unreadable } from './problems.ts';
import { fold } from './words.ts';

export interface Tree {
  rows: { row: PlanRow; draft: Draft }[];
  levelNames: LevelName[];
  levels: { name: string; count: number }[];
}

interface Node {
  draft: Draft;
  depth: number;
  children: Node[];
}

/** Builds the tree. `given` names the levels from the top when the caller knows them. */
export function buildTree(all: Draft[], given: readonly LevelName[], problems: Problems, limits: Limits): Tree {
  if (all.length > limits.rows) throw new Unreadable('plan.exchange.tooManyRows', { limit: limits.rows });
  const drafts = withoutRepeats(all, problems);
  const depths = depthsOf(drafts);
  const nodes: Node[] = drafts.map((draft) => ({
    draft,
    depth: draft.depth ?? depths.get(draft.kind) ?? 0,
    children: [],
  }));
  const deepest = nodes.reduce((max, node) => Math.max(max, node.depth), 0);
  const levelNames = Array.from({ length: nodes.length > 0 ? deepest + 1 : 0 }, (_, depth) =>
    nameOf(nodes, depth, given),
  );
  const roots = place(nodes, levelNames, problems);
  checkNumbers(nodes, levelNames, problems);
  // An item whose parent is missing was hung higher, so the lowest level is looked for again.
  const lowest = nodes.reduce((max, node) => Math.max(max, node.depth), 0);

  const rows: Tree['rows'] = [];
  const stack = [...roots].reverse();
  while (stack.length > 0) {
    const node = stack.pop()!;
    rows.push({ row: rowOf(node, lowest, levelNames, problems), draft: node.draft });
    for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i]!);
  }
  const counts = new Map<number, number>();
  for (const { depth } of nodes) counts.set(depth, (counts.get(depth) ?? 0) + 1);
  return {
    rows,
    levelNames,
    levels: levelNames.map((name, depth) => ({ name: shownName(nodes, depth, name), count: counts.get(depth) ?? 0 })),
  };
}

/** A table of contents repeats the items: of two with the same number and words, the one without anything below it goes. */
function withoutRepeats(drafts: Draft[], problems: Problems): Draft[] {
  const groups = new Map<string, number[]>();
  for (const [i, draft] of drafts.entries()) {
    if (draft.number === '' || draft.fields.ref !== undefined || draft.depth !== undefined) continue;
    const key = `${draft.kind}|${draft.number}|${fold(draft.title.en)}`;
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  }
  const depths = depthsOf(drafts);
  const depth = (i: number): number => depths.get(drafts[i]?.kind ?? '') ?? -1;
  const carries = (i: number): boolean => depth(i + 1) > depth(i);
  const gone = new Set<number>();
  for (const at of groups.values()) {
    if (at.length < 2) continue;
    const carrying = at.filter(carries);
    // A number of one part may begin again below each parent ("Action 1"), so only at the top does it show a repetition.
    if (depth(at[0]!) > 0 && numberParts(drafts[at[0]!]!.number).length === 1) continue;
    const kept = carrying[0] ?? at[at.length - 1]!;
    let told = false;
    for (const i of at) {
      if (i === kept || (carries(i) && carrying.length > 1)) continue;
      gone.add(i);
      const draft = drafts[i]!;
      if (!told)
        problems.warn('plan.exchange.repeated', draft.place, { number: draft.number, title: excerpt(draft.title.en) });
      told = true;
    }
  }
  return drafts.filter((_, i) => !gone.has(i));
}

/** The depth of each kind: by the parts of its numbers when these differ from kind to kind, else by the order of appearance. */
function depthsOf(drafts: readonly Draft[]): Map<string, number> {
  const parts = new Map<string, Map<number, number>>();
  for (const { kind, number, depth } of drafts) {
    if (depth !== undefined) continue;
    const counts = parts.get(kind) ?? new Map<number, number>();
    const count = numberParts(number).length;
    counts.set(count, (counts.get(count) ?? 0) + 1);
    parts.set(kind, counts);
  }
  const kinds = [...parts.keys()];
  const usual = (kind: string): number => [...parts.get(kind)!].sort((a, b) => b[1] - a[1])[0]![0];
  const lengths = kinds.map(usual);
  const telling = lengths.every((n) => n > 0) && new Set(lengths).size === lengths.length;
  const ordered = telling ? [...kinds].sort((a, b) => usual(a) - usual(b)) : headingsByLevel(kinds);
  return new Map(ordered.map((kind, depth) => [kind, depth]));
}

/** Headings stand above what they hold, in the order of their own levels, whichever came first. */
function headingsByLevel(kinds: string[]): string[] {
  const isHeading = (kind: string): boolean => /^heading\d$/.test(kind);
  const below = kinds.filter((kind) => kind === 'below');
  return [...kinds.filter(isHeading).sort(), ...kinds.filter((kind) => !isHeading(kind) && kind !== 'below'), ...below];
}

function nameOf(nodes: readonly Node[], depth: number, given: readonly LevelName[]): LevelName {
  const own = nodes.find((node) => node.depth === depth && node.draft.name)?.draft.name;
  if (own) return own;
  if (given[depth]) return given[depth];
  const en = sentence('plan.exchange.level', { depth: depth + 1 }, 'en');
  const es = sentence('plan.exchange.level', { depth: depth + 1 }, 'es');
  return { one: { en, es }, many: { en, es } };
}

const shownName = (nodes: readonly Node[], depth: number, name: LevelName): string =>
  nodes.find((node) => node.depth === depth && node.draft.shown)?.draft.shown ?? name.one.en;

/** Hangs each node below its parent and returns the roots. */
function place(nodes: Node[], names: LevelName[], problems: Problems): Node[] {
  const roots: Node[] = [];
  const byNumber = new Map<string, Node>();
  const partsAt = new Map<number, number | null>();
  for (const node of nodes) {
    const parts = numberParts(node.draft.number);
    const key = `${node.depth}|${parts.join('.')}`;
    if (!byNumber.has(key)) byNumber.set(key, node);
    const known = partsAt.get(node.depth);
    if (known === undefined) partsAt.set(node.depth, parts.length);
    else if (known !== parts.length) partsAt.set(node.depth, null);
  }
  /** How the first part is written: parents "I" and children "1.1" do not speak of the same thing. */
  const script = (part: string | undefined): string =>
    part === undefined ? '' : /^\d/.test(part) ? 'digit' : 'letter';
  const scriptAt = new Map<number, string>();
  for (const node of nodes) {
    if (!scriptAt.has(node.depth)) scriptAt.set(node.depth, script(numberParts(node.draft.number)[0]));
  }
  const last: (Node | undefined)[] = [];
  for (const node of nodes) {
    const { depth, draft } = node;
    const above = last[depth - 1];
    last[depth] = node;
    last.length = depth + 1;
    if (depth === 0) {
      roots.push(node);
      continue;
    }
    const parts = numberParts(draft.number);
    const parentParts = partsAt.get(depth - 1);
    const byPrefix =
      draft.depth === undefined &&
      parentParts != null &&
      parentParts > 0 &&
      parts.length > parentParts &&
      script(parts[0]) === scriptAt.get(depth - 1);
    const parent = byPrefix ? byNumber.get(`${depth - 1}|${parts.slice(0, parentParts).join('.')}`) : above;
    if (!parent) {
      problems.error('plan.exchange.parentMissing', draft.place, {
        number: draft.number,
        title: excerpt(draft.title.en),
        level: names[depth - 1]?.one.en ?? '',
        parent: byPrefix ? parts.slice(0, parentParts).join('.') : '',
      });
    }
    const target = parent ?? above ?? last.slice(0, depth).findLast((n) => n !== undefined);
    if (!target) {
      node.depth = 0;
      roots.push(node);
    } else {
      node.depth = target.depth + 1;
      target.children.push(node);
    }
    if (parent && byPrefix) last[depth - 1] = parent;
  }
  return roots;
}

/** Two items of one level with the same number, where the number is meant to be theirs alone. */
function checkNumbers(nodes: readonly Node[], names: LevelName[], problems: Problems): void {
  const parents = new Map<Node, Node>();
  for (const node of nodes) for (const child of node.children) parents.set(child, node);
  const ids = new Map<Node, number>(nodes.map((node, i) => [node, i]));
  const first = new Map<string, Node>();
  for (const node of nodes) {
    const { number, place, fields } = node.draft;
    const parts = numberParts(number);
    if (parts.length === 0) continue;
    // A number of one part may begin again below each parent.
    const parent = parents.get(node);
    const scope = parts.length === 1 && parent ? ids.get(parent) : '';
    const key = `${node.depth}|${scope}|${parts.join('.')}`;
    const before = first.get(key);
    if (!before) {
      first.set(key, node);
      continue;
    }
    const values = {
      number,
      level: names[node.depth]?.one.en ?? '',
      before: before.draft.place.cell ?? String(before.draft.place.line),
    };
    // Items with permanent numbers are told apart by those; for others the printed number is all there is.
    const told = fields.ref !== undefined && before.draft.fields.ref !== undefined;
    const key2 = place.cell ? 'plan.exchange.duplicateNumberSheet' : 'plan.exchange.duplicateNumber';
    problems.add(told ? 'warning' : 'error', key2, place, values);
  }
}

function rowOf(node: Node, deepest: number, names: LevelName[], problems: Problems): PlanRow {
  const { draft, depth } = node;
  const leaf = draft.leaf ?? (node.children.length === 0 && (depth === deepest || draft.status !== undefined));
  if (draft.title.en === '' && !draft.title.es) {
    problems.error('plan.exchange.titleMissing', draft.place, {
      number: draft.number,
      level: names[depth]?.one.en ?? '',
    });
  }
  if (!leaf && draft.leaf === undefined && node.children.length === 0) {
    problems.warn('plan.exchange.nothingBelow', draft.place, { number: draft.number, title: excerpt(draft.title.en) });
  }
  const title: Text = draft.title;
  return {
    depth,
    number: draft.number,
    title,
    ...(draft.description ? { description: draft.description } : {}),
    leaf,
    history: [],
    ...draft.fields,
    line: draft.place.line,
  };
}
