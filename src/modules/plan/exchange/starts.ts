/**
 * Decides which lines of a file begin an item: "Objective 1: …", "1.2 …", entries of nested lists under headings. The strongest sign that the
 * file offers wins; a file without one is no plan.
 */
import type { Line } from './blocks.ts';
import { numberParts } from './draft.ts';
import { type ItemStart, labelledItem, numberedItem, statusIn, unknownLevel } from './inline.ts';
import { isStatusWord, type StatusMap } from './status.ts';
import { fold, levelNameOf, type LevelWord } from './words.ts';

export interface OutlineOptions {
  statusMap?: StatusMap;
  own?: ReadonlyMap<string, LevelWord>;
  /** The caller named the levels, so a plain list is a plan. */
  asked?: boolean;
}

const firm = (line: Line): boolean =>
  line.bullet || line.heading !== undefined || line.cell !== undefined || line.text.includes('\t');
/** A label in a cell of its own ("1.1", "Action 3") stands before its title; any other cell stays apart. */
const labelCell =
  /^((?:\p{L}[\p{L} ]{0,34}\s+)?(?=[^\t]*\d|[IVXLC]+[.)]?\t|[A-Za-z][.)]?\t)[0-9A-Za-z.-]{1,12}[.):]?)\t+/u;
const spoken = (line: Line): string => line.text.replace(labelCell, '$1 ').trim();

/** Words before numbers that this file repeats like level names ("Workstream 1: …", "Workstream 2: …"). */
export function repeatedLevels(lines: readonly Line[], own: ReadonlyMap<string, LevelWord>): Map<string, LevelWord> {
  const seen = new Map<string, { word: string; numbers: Set<string> }>();
  for (const line of lines) {
    const found = unknownLevel(spoken(line));
    if (!found) continue;
    const key = fold(found.word);
    const entry = seen.get(key) ?? { word: found.word, numbers: new Set<string>() };
    entry.numbers.add(found.number);
    seen.set(key, entry);
  }
  const all = new Map(own);
  for (const [key, { word, numbers }] of seen) {
    if (numbers.size >= 2 && !all.has(key)) all.set(key, { key, shown: word, spanish: false, name: levelNameOf(word) });
  }
  return all;
}

export type Starts = Map<Line, ItemStart>;

/** Which lines begin an item, in the strongest way the file offers. Empty when the file is no plan. */
export function itemStarts(lines: readonly Line[], options: OutlineOptions): Starts {
  const starts: Starts = new Map();
  for (const line of lines) {
    const start = labelledItem(spoken(line), firm(line), options.own);
    if (start) starts.set(line, start);
  }
  const labelled = [...starts.values()];
  if (labelled.filter((start) => start.number !== '').length >= 2 || labelled.length >= 3) {
    addUnlabelled(lines, starts, options);
    return starts;
  }
  starts.clear();
  for (const line of lines) {
    const start = numberOf(line);
    if (start) starts.set(line, start);
  }
  const numbered = [...starts.values()];
  const deep = numbered.filter((start) => numberParts(start.number).length > 1).length;
  if (numbered.length >= 3 && deep >= 2) return starts;
  return listStarts(lines, starts, options);
}

function numberOf(line: Line): ItemStart | null {
  const text = spoken(line);
  const own = numberedItem(text, firm(line));
  if (own || !line.auto) return own;
  const parts = numberParts(line.auto).length;
  return { kind: `n${parts}`, number: line.auto, rest: text };
}

/** In a file with level words: numbered lines without a word join the level that numbers alike, or stand below the last level. */
function addUnlabelled(lines: readonly Line[], starts: Starts, options: OutlineOptions): void {
  const byParts = new Map<number, ItemStart>();
  let deepest = 0;
  for (const start of starts.values()) {
    const parts = numberParts(start.number).length;
    deepest = Math.max(deepest, parts);
    if (!byParts.has(parts)) byParts.set(parts, start);
  }
  const first = lines.findIndex((line) => starts.has(line));
  const below: Line[] = [];
  let deepestItems = 0;
  let withBullets = 0;
  const words = [...new Set([...starts.values()].map((start) => start.kind))];
  const last = words[words.length - 1];
  let open = false;
  for (const line of lines.slice(first)) {
    const start = starts.get(line);
    if (start) {
      if (start.kind === last) deepestItems++;
      open = start.kind === last;
      continue;
    }
    const found = numberedItem(spoken(line), firm(line));
    const parts = found ? numberParts(found.number).length : 0;
    if (found && parts > 1) {
      const like = byParts.get(parts);
      starts.set(line, like ? { ...found, kind: like.kind, word: like.word } : found);
      if (parts <= deepest) open = false;
    } else if (line.bullet || found) {
      if (open) withBullets++;
      open = false;
      below.push(line);
    } else if (line.heading) open = false;
  }
  // Bullets below most of the lowest items are the items that carry a status, unless that level is already the one of deeds.
  const deeds = /^(tactic|action|action item|action step|activity|task|step|measure|project|deliverable)$/.test(
    last ?? '',
  );
  const withStatus = below.filter((line) => statusIn(line.text, options.statusMap)).length;
  if (below.length < 2 || deepestItems === 0) return;
  if ((!deeds && withBullets * 2 >= deepestItems) || withStatus * 2 >= below.length) {
    const nest = Math.min(...below.map((line) => line.nest));
    for (const line of below) {
      if (isStatusWord(line.text, options.statusMap)) continue;
      const found = numberedItem(spoken(line), true) ?? { kind: '', number: '', rest: spoken(line) };
      if (line.nest === nest) starts.set(line, { ...found, kind: 'below' });
    }
  }
}

/** A file with lists only is a plan when the caller says so or when its entries carry statuses. */
function listStarts(lines: readonly Line[], numbered: Starts, options: OutlineOptions): Starts {
  const starts: Starts = new Map();
  for (const line of lines) {
    if (isStatusWord(line.text, options.statusMap)) continue;
    const start = numbered.get(line) ?? (line.bullet ? { kind: '', number: '', rest: spoken(line) } : null);
    if (start) starts.set(line, { ...start, kind: numbered.has(line) ? start.kind : `list${line.nest}` });
  }
  const entries = [...starts.keys()];
  let withStatus = 0;
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1];
    if (
      starts.has(line) &&
      (statusIn(line.text, options.statusMap) ||
        (next && !starts.has(next) && isStatusWord(next.text, options.statusMap)))
    ) {
      withStatus++;
    }
  }
  const enough = entries.length >= 2 && (withStatus * 2 >= entries.length || (options.asked ?? false));
  if (!enough) return new Map();
  // Headings that hold such lists are the levels above.
  const withHeadings: Starts = new Map();
  const tops = lines.filter((line) => line.heading === 1);
  const pageTitle = tops.length === 1 && lines.some((line) => line.heading && line.heading > 1) ? tops[0] : undefined;
  for (const [i, line] of lines.entries()) {
    const start = starts.get(line);
    if (start) withHeadings.set(line, start);
    else if (line.heading && line !== pageTitle && holdsEntries(lines, i, starts)) {
      withHeadings.set(line, { kind: `heading${line.heading}`, number: '', rest: line.text });
    }
  }
  return withHeadings;
}

function holdsEntries(lines: readonly Line[], at: number, starts: Starts): boolean {
  for (let i = at + 1; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.heading && line.heading <= lines[at]!.heading!) return false;
    if (starts.has(line)) return true;
  }
  return false;
}
