/**
 * Turns lines into items. A line that begins none is the overflow of the item before it, its description, its status, or no part of the plan.
 */
import type { LevelName } from '../shape.ts';
import type { Line } from './blocks.ts';
import type { Draft } from './draft.ts';
import { type ItemStart, statusIn } from './inline.ts';
import type { OutlineOptions, Starts } from './starts.ts';
import { isStatusWord, type StatusMap } from './status.ts';

/** An overflow longer than this is no title any more. */
const longestTitle = 4_000;
const longestDescription = 20_000;

/** The items of a text. `skip` are lines that belong to the control totals. */
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
    } else if (open && !line.apart && !line.bullet && current.title.en.length < longestTitle)
      current.title = { en: joined(current.title.en, line.text) };
    else if (described.length < 20) {
      open = false;
      const last = described[described.length - 1];
      if (last !== undefined && !line.apart && !line.bullet && last.length < longestDescription)
        described[described.length - 1] = joined(last, line.text);
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
