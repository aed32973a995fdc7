/**
 * Finds the items of a plan in lines: "Objective 1: …", "1.2 …", nested lists under headings. A line that is none of these is the overflow of
 * the item before it, its description, its status, or no part of the plan.
 */
import type { LevelName } from '../shape.ts';
import type { Line } from './blocks.ts';
import { type Draft, numberParts } from './draft.ts';
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

type Starts = Map<Line, ItemStart>;

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
  for (const line of lines.slice(at + 1)) {
    if (line.heading && line.heading <= lines[at]!.heading!) return false;
    if (starts.has(line)) return true;
  }
  return false;
}

/** Turns lines into items. `skip` are lines that belong to the control totals. */
export function outlineDrafts(
  lines: readonly Line[],
  starts: Starts,
  skip: ReadonlySet<Line>,
  options: OutlineOptions,
): Draft[] {
  const drafts: Draft[] = [];
  const statusLines = legendFree(lines, options.statusMap);
  let current: Draft | null = null;
  let described: string[] = [];
  let open = false;
  const describe = () => {
    if (current && described.length > 0) {
      current.description = { en: [...(current.description ? [current.description.en] : []), ...described].join('\n') };
    }
    described = [];
  };
  for (const line of lines) {
    const start = starts.get(line);
    if (start) {
      describe();
      const text = start.rest.replace(/^[\s:–—|.-]+/u, '').trim();
      current = {
        kind: start.kind,
        number: start.number,
        title: { en: text },
        place: { line: line.line, ...(line.cell ? { cell: line.cell } : {}) },
        fields: {},
        ...levelOf(start),
      };
      drafts.push(current);
      open = true;
      continue;
    }
    if (skip.has(line) || !current) continue;
    if (statusLines.has(line)) {
      current.status ??= line.text.replace(/^(?:Status|Estado|Estat)\s*[:–—-]\s*/i, '').trim();
      open = false;
      continue;
    }
    if (current.title.en === '') current.title = { en: line.text };
    else if (line.heading) {
      // A heading that is no item ends the item: what follows is another part of the document.
      describe();
      current = null;
    } else if (open && !line.apart && !line.bullet) current.title = { en: joined(current.title.en, line.text) };
    else if (described.length < 20) {
      open = false;
      if (described.length > 0 && !line.apart && !line.bullet) described.push(joined(described.pop()!, line.text));
      else described.push(line.bullet ? `• ${line.text}` : line.text);
    }
  }
  // Bullets after the last item are its own; paragraphs after it are as likely the page's footer.
  described = described.filter((text) => text.startsWith('• '));
  describe();
  takeStatuses(drafts, options);
  return drafts;
}

const levelOf = (start: ItemStart): { name?: LevelName; shown?: string } =>
  start.word ? { name: start.word.name, shown: start.word.shown } : {};

/** A word that was cut at a line end keeps its hyphen: "shelter-" + "and hospital-based" is not one word. */
const joined = (before: string, after: string): string => `${before} ${after}`;

/** Lines that are only a status word, without legends (three or more different ones in a row). */
function legendFree(lines: readonly Line[], map?: StatusMap): Set<Line> {
  const alone = (line: Line): boolean => {
    if (line.text.length > 60) return false;
    const word = line.text.replace(/^(?:Status|Estado|Estat)\s*[:–—-]\s*/i, '');
    return isStatusWord(word, map) || (word !== line.text && word.trim() !== '');
  };
  const found = new Set<Line>();
  for (let i = 0; i < lines.length; i++) {
    let end = i;
    while (end < lines.length && alone(lines[end]!)) end++;
    if (end - i > 0 && end - i < 3) for (let k = i; k < end; k++) found.add(lines[k]!);
    if (end > i) i = end - 1;
  }
  return found;
}

/** Takes status words out of titles. A bare word at the end counts only when at least half of the items have one. */
function takeStatuses(drafts: Draft[], options: OutlineOptions): void {
  const found = drafts.map((draft) => statusIn(draft.title.en, options.statusMap));
  const bare = found.filter((status) => status?.bare).length;
  const lowest = drafts.filter((draft) => draft.kind === drafts[drafts.length - 1]?.kind).length;
  for (const [i, draft] of drafts.entries()) {
    const status = found[i];
    if (status && (!status.bare || bare * 2 >= lowest)) {
      draft.title = { en: status.title };
      draft.status ??= status.word;
    }
    const cells = draft.title.en
      .split('\t')
      .map((cell) => cell.trim())
      .filter(Boolean);
    if (cells.length > 1) {
      draft.title = { en: cells[0]! };
      draft.description ??= { en: cells.slice(1).join('\n') };
    }
  }
}
