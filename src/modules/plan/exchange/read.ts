/**
 * Reads a plan from a file of any kind and says what it found and what is wrong with it. Pure: nothing is stored, nothing is fetched, nothing
 * in the file is run. Bad content never throws; it becomes problems of severity 'error' that name a line or a cell.
 */
import type { Day, LevelName, ParsedPlan, PublishedTotals, StatusClass, Text } from '../shape.ts';
import { type Line, type Source, type Table, tableLines } from './blocks.ts';
import { decodeText } from './bytes.ts';
import { checkLinks, type ReadRow } from './checks.ts';
import { csvTable, separatorOf } from './csv.ts';
import { docxSource } from './docx.ts';
import type { Draft } from './draft.ts';
import { findHeader } from './header.ts';
import { htmlSource } from './html.ts';
import { jsonPlan } from './json.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { itemStarts, outlineDrafts, repeatedLevels } from './outline.ts';
import { type ExchangeLocale, Problems, Unreadable } from './problems.ts';
import { isZip, refuseKnownBinary, textShape } from './recognise.ts';
import { classifyStatus, type StatusMap } from './status.ts';
import { tableDrafts } from './table.ts';
import { textSource } from './text.ts';
import { findTotals, publishedTotals, type TotalsFound } from './totals.ts';
import { buildTree } from './tree.ts';
import { isSpanishLevelWord, levelNameOf, ownLevelWords } from './words.ts';
import { openWorkbook } from './own-workbook.ts';
import { xlsxSheets } from './xlsx.ts';
import { openArchive } from './zip.ts';

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
}

interface Found {
  drafts: Draft[];
  title?: Text;
  levelNames?: LevelName[];
  language?: 'en' | 'es';
  totals?: TotalsFound;
  published?: PublishedTotals | null;
  /** Our own files carry their language and need no guessing. */
  own: boolean;
}

/** Reads a plan file. Throws only when an option is wrong. */
export async function readPlan(bytes: Uint8Array, options: ReadOptions = {}): Promise<ReadPlan> {
  const limits = { ...defaultLimits, ...options.limits };
  const problems = new Problems(options.locale ?? 'en');
  try {
    if (bytes.length > limits.bytes) {
      throw new Unreadable('plan.exchange.tooLarge', {
        megabytes: Math.ceil(bytes.length / 1_000_000),
        limit: Math.round(limits.bytes / 1_000_000),
      });
    }
    if (bytes.length === 0) throw new Unreadable('plan.exchange.empty');
    return assemble(find(bytes, options, limits, problems), options, limits, problems);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    problems.error(error.key, { line: error.line }, error.values);
    return {
      levels: [],
      rows: [],
      statusWords: [],
      published: null,
      problems: problems.list(),
      levelNames: [],
      asOf: null,
    };
  }
}

function find(bytes: Uint8Array, options: ReadOptions, limits: Limits, problems: Problems): Found {
  refuseKnownBinary(bytes);
  if (isZip(bytes)) return findInOffice(bytes, options, limits, problems);
  const text = decodeText(bytes, problems);
  if (text.trim() === '') throw new Unreadable('plan.exchange.empty');
  const separator = separatorOf(text);
  const shape = textShape(text, separator, options.filename, options.mediaType);
  if (shape === 'json') {
    const { title, levels, published, drafts } = jsonPlan(text, problems);
    return { drafts, title, levelNames: levels, published, own: true };
  }
  if (shape === 'html') return findInSource(htmlSource(text, limits, problems), options, problems);
  if (shape === 'csv' && separator) {
    // Prose has commas too: without a name that says so, only a header that we know makes it a table.
    const named = /\.(csv|tsv)$/i.test(options.filename ?? '') || /csv|tab-sep/.test(options.mediaType ?? '');
    const head = () => csvTable(text.slice(0, 20_000), separator, limits, new Problems(problems.locale));
    if (named || findHeader(head(), ownLevelWords(options.levelNames ?? []))) {
      return findInSource({ blocks: [csvTable(text, separator, limits, problems)] }, options, problems);
    }
  }
  return findInSource(textSource(text, limits, problems), options, problems);
}

function findInOffice(bytes: Uint8Array, options: ReadOptions, limits: Limits, problems: Problems): Found {
  const archive = openArchive(bytes, limits);
  if (archive.names.some((name) => /vbaProject\.bin$/i.test(name) || /^xl\/macrosheets\//i.test(name)))
    throw new Unreadable('plan.exchange.macros');
  if (archive.has('EncryptedPackage') || archive.has('META-INF/encryption.xml'))
    throw new Unreadable('plan.exchange.encrypted');
  if (archive.has('word/document.xml')) return findInSource(docxSource(archive, limits, problems), options, problems);
  if (!archive.has('xl/workbook.xml')) {
    throw new Unreadable(
      archive.has('mimetype') || archive.has('ppt/presentation.xml')
        ? 'plan.exchange.otherOffice'
        : 'plan.exchange.packed',
    );
  }
  const sheets = xlsxSheets(archive, limits, problems);
  const own = openWorkbook(sheets);
  const shown = sheets.filter((sheet) => !sheet.hidden && sheet.table.rows.length > 0);
  if (own) {
    const found = findInSource({ blocks: [own.items] }, options, problems);
    const levelNames = found.levelNames?.map((name, depth) => own.levels[depth] ?? name);
    return { ...found, title: own.title ?? found.title, levelNames, published: own.published };
  }
  // The sheet that gives the most items is the plan; the others are said to be left out when they hold items too.
  let best: { found: Found; problems: Problems; name: string } | null = null;
  const others: string[] = [];
  for (const { name, table } of shown.length > 0 ? shown : sheets) {
    if (shown.length > 1) table.sheet = name;
    const said = new Problems(problems.locale);
    const found = findInSource({ blocks: [table] }, options, said);
    if (found.drafts.length > 1 && best) others.push(found.drafts.length > best.found.drafts.length ? best.name : name);
    if (!best || found.drafts.length > best.found.drafts.length) best = { found, problems: said, name };
  }
  if (!best) throw new Unreadable('plan.exchange.notAPlan');
  problems.take(best.problems);
  if (others.length > 0)
    problems.warn('plan.exchange.otherSheets', { line: 1 }, { used: best.name, others: others.join(', ') });
  return best.found;
}

/** Items from lines and tables: a table with a header that we know, or an outline, whichever holds more. */
function findInSource(source: Source, options: ReadOptions, problems: Problems): Found {
  const own = ownLevelWords(options.levelNames ?? []);
  const tables = source.blocks.filter((block): block is Table => block.kind === 'table');
  const headers = new Map(tables.map((table) => [table, findHeader(table, own)]));
  const lines = source.blocks.flatMap((block): Line[] =>
    block.kind === 'line'
      ? [block]
      : headers.get(block) && isPlanTable(block, headers.get(block)!.row)
        ? []
        : tableLines(block),
  );
  const words = repeatedLevels(lines, own);
  const outline = { statusMap: options.statusMap, own: words, asked: (options.levelNames?.length ?? 0) > 0 };
  const starts = itemStarts(lines, outline);
  const totals = findTotals(lines, (line) => starts.has(line), problems, options.statusMap, words);

  const planTables = tables.filter((table) => headers.get(table) && isPlanTable(table, headers.get(table)!.row));
  const rowsInTables = planTables.reduce((sum, table) => sum + table.rows.length - 1, 0);
  if (rowsInTables > 0 && rowsInTables >= starts.size) {
    const found: Found = { drafts: [], totals, language: source.language, own: false };
    for (const table of planTables) {
      const header = headers.get(table)!;
      const read = tableDrafts(table, header, { statusMap: options.statusMap, own: words }, problems);
      found.drafts.push(...read.drafts);
      found.own ||= header.own;
      found.title ??= read.plan;
      found.levelNames ??= read.levelNames;
    }
    if (!found.title && source.title) found.title = { en: source.title };
    return found;
  }
  for (const table of tables) reportBroken(table, problems);
  const title = source.title ?? titleBefore(lines, starts);
  return {
    drafts: outlineDrafts(lines, starts, totals.used, outline),
    ...(title ? { title: { en: title } } : {}),
    language: source.language,
    totals,
    own: false,
  };
}

/** A header with at least one row below it that is not empty. */
const isPlanTable = (table: Table, header: number): boolean => table.rows.length > header + 1;

function reportBroken(table: Table, problems: Problems): void {
  tableDrafts(
    { ...table, rows: [{ line: 0, cells: [] }, ...table.rows] },
    { row: 0, columns: [], own: false },
    { own: new Map() },
    problems,
  );
}

/** A short line at the very start, before any item, is taken for the title when it looks like one. */
function titleBefore(lines: readonly Line[], starts: ReadonlyMap<Line, unknown>): string | undefined {
  const heading = lines.find((line) => line.heading === 1 && !starts.has(line));
  if (heading) return heading.text;
  const first = lines[0];
  if (!first || starts.has(first) || first.bullet || first.text.includes('\t')) return undefined;
  return first.text.length <= 120 && !/[.:;,]$/.test(first.text) ? first.text : undefined;
}

function assemble(found: Found, options: ReadOptions, limits: Limits, problems: Problems): ReadPlan {
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
