/** From what was found in a file to the plan that is handed out: tree, statuses with their days, totals checked, and words in both languages. */
import type { Day, LevelName, ParsedPlan, PublishedTotals, StatusClass, Text } from '../shape.ts';
import { checkLinks, type ReadRow } from './checks.ts';
import type { Field } from './columns.ts';
import type { Draft } from './draft.ts';
import type { Limits } from './limits.ts';
import type { ExchangeLocale, Problems } from './problems.ts';
import { classifyStatus, type StatusMap } from './status.ts';
import { publishedTotals, type TotalsFound } from './totals.ts';
import { buildTree } from './tree.ts';
import { isSpanishLevelWord, levelNameOf } from './words.ts';

export interface ReadOptions {
  filename?: string;
  mediaType?: string;
  /** Words of this plan and their classes; wins over the built-in vocabulary. */
  statusMap?: StatusMap;
  /** Names of the levels from the top; also makes a plain list count as a plan. */
  levelNames?: readonly (LevelName | string)[];
  /** The day on which the statuses and totals of the file were true; wins over what the file says. */
  asOf?: Day;
  /** The day to assume when neither the caller nor the file says one. */
  today?: Day;
  /** The language of the sentences about the file. */
  locale?: ExchangeLocale;
  /** The language of the file; guessed when absent. */
  language?: 'en' | 'es';
  limits?: Partial<Limits>;
}

export interface ReadPlan extends ParsedPlan {
  rows: ReadRow[];
  /** The title in both languages, where the file has both. */
  titleText?: Text;
  /** Names of the levels from the top, guessed where the file has only one form. */
  levelNames: LevelName[];
  /** The day that the statuses and totals carry, or null when there is none. */
  asOf: Day | null;
  /** The columns of one of our own spreadsheets: there an empty cell says that the field is empty. Absent for any other file. */
  columns?: Field[];
}

export interface Found {
  drafts: Draft[];
  title?: Text;
  levelNames?: LevelName[];
  language?: 'en' | 'es';
  totals?: TotalsFound;
  published?: PublishedTotals | null;
  /** Our own files carry their language and need no guessing. */
  own: boolean;
  /** Set for our own spreadsheets. */
  columns?: Field[];
}

/** Puts the plan together. What does not fit becomes a problem. */
export function assemble(found: Found, options: ReadOptions, limits: Limits, problems: Problems): ReadPlan {
  const given = (options.levelNames ?? []).map((name) => (typeof name === 'string' ? levelNameOf(name) : name));
  const tree = buildTree(found.drafts, given, problems, limits);
  checkLinks(tree.rows, problems);
  const day = options.asOf ?? found.totals?.day ?? options.today ?? null;
  const words = new Map<string, { word: string; class: StatusClass | null; count: number }>();
  let undated: Draft | undefined;
  for (const { row, draft } of tree.rows) {
    if (draft.status === undefined) continue;
    const of = classifyStatus(draft.status, options.statusMap);
    const entry = words.get(draft.status.toLowerCase()) ?? { word: draft.status, class: of, count: 0 };
    entry.count++;
    words.set(draft.status.toLowerCase(), entry);
    const on = draft.statusOn ?? day;
    if (!on) undated ??= draft;
    // A status on an item above the leaves is the plan's own summary; the roll-up counts leaves only.
    else if (of && row.leaf) row.history = [...row.history, { on, status: of }];
  }
  if (undated) problems.error('plan.exchange.statusWithoutDay', undated.place);
  const unmapped = [...words.values()].filter((entry) => entry.class === null);
  for (const { word, count } of unmapped)
    problems.warn('plan.exchange.unmappedStatus', { line: lineOfStatus(tree.rows, word) }, { word, count });

  const rows = tree.rows.map(({ row }) => row);
  const leaves = rows.filter((row) => row.leaf);
  // With some items and a fault, the fault is what to say.
  const told = rows.length > 0 && problems.stopped;
  if (!told && (leaves.length === 0 || (rows.length < 2 && !found.own)))
    problems.error('plan.exchange.notAPlan', { line: 1 });
  let published = found.published ?? null;
  if (!published && found.totals && rows.length > 0) {
    published = publishedTotals(found.totals, day ?? undefined, leaves.length, problems);
    if (published) compareTotals(published, leaves, found.totals, problems);
  }
  const title = found.title;
  speakSpanish(found, tree, options, problems);
  return {
    ...(title ? { title: title.en || title.es, titleText: title } : {}),
    levels: tree.levels,
    rows,
    statusWords: [...words.values()],
    published,
    problems: problems.list(),
    levelNames: found.levelNames && found.levelNames.length > 0 ? found.levelNames : tree.levelNames,
    asOf: day,
    ...(found.columns ? { columns: found.columns } : {}),
  };
}

const lineOfStatus = (rows: { draft: Draft }[], word: string): number =>
  rows.find(({ draft }) => draft.status?.toLowerCase() === word.toLowerCase())?.draft.place.line ?? 1;

/** Where every leaf has a status, the printed totals must be the sums of these. */
function compareTotals(
  published: PublishedTotals,
  leaves: readonly ReadRow[],
  totals: TotalsFound,
  problems: Problems,
): void {
  const now = leaves.map((leaf) => leaf.history[leaf.history.length - 1]?.status);
  if (now.length === 0 || now.some((status) => status === undefined || status === 'unknown')) return;
  const count = (...of: StatusClass[]): number => now.filter((status) => of.includes(status!)).length;
  const read = [count('done'), count('active', 'ongoing'), count('notBegun'), count('excluded')];
  const printed = [published.done, published.active, published.notBegun, published.excluded];
  if (read.some((n, i) => n !== printed[i])) {
    problems.warn('plan.exchange.totalsNotStatuses', totals.first ?? { line: 1 }, {
      printed: printed.join(' / '),
      read: read.join(' / '),
    });
  }
}

/**
 * A plan in Spanish has no English text. Its words are put in both languages, so that nobody sees an empty page, and a warning says that the
 * English is still to be written.
 */
function speakSpanish(
  found: Found,
  tree: { rows: { row: ReadRow; draft: Draft }[] },
  options: ReadOptions,
  problems: Problems,
): void {
  if (found.own || tree.rows.length === 0) return;
  const spanishLevels = tree.rows.some(({ draft }) => draft.shown !== undefined && isSpanishLevelWord(draft.shown));
  const language = options.language ?? found.language ?? (spanishLevels ? 'es' : 'en');
  if (language !== 'es') return;
  for (const { row } of tree.rows) {
    row.title = { en: row.title.en, es: row.title.es ?? row.title.en };
    if (row.description) row.description = { en: row.description.en, es: row.description.es ?? row.description.en };
  }
  if (found.title) found.title.es ??= found.title.en;
  problems.warn('plan.exchange.inSpanish', { line: 1 });
}
