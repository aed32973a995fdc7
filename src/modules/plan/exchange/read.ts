/**
 * Reads a plan from a file of any kind and says what it found and what is wrong with it. Pure: nothing is stored, nothing is fetched, nothing
 * in the file is run. Bad content never throws; it becomes problems of severity 'error' that name a line or a cell.
 */
import { assemble, type Found, type ReadOptions, type ReadPlan } from './assemble.ts';
import { type Line, type Source, type Table, tableLines } from './blocks.ts';
import { decodeText } from '#engines/text-bytes';
import type { Field } from './columns.ts';
import { csvRows, separatorOf } from '#engines/csv-rows';
import { UnreadableFile } from '#engines/file-faults';
import { docxSource } from './docx.ts';
import { findHeader } from './header.ts';
import { htmlSource } from './html.ts';
import { jsonPlan } from './json.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { outlineDrafts } from './outline.ts';
import { Problems, Unreadable } from './problems.ts';
import { openWorkbook, type PlanSheet } from './own-workbook.ts';
import { isZip, refuseKnownBinary, textShape } from './recognise.ts';
import { itemStarts, repeatedLevels } from './starts.ts';
import { tableDrafts } from './table.ts';
import { textSource } from './text.ts';
import { findTotals } from './totals.ts';
import { ownLevelWords } from './words.ts';
import { xlsxSheets } from '#engines/workbook-sheets';
import { openArchive } from '#engines/archive';

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
    if (error instanceof UnreadableFile) problems.ofFile.error(error.fault, { line: 1 }, error.values);
    else if (error instanceof Unreadable) problems.error(error.key, { line: error.line }, error.values);
    else throw error;
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
  const text = decodeText(bytes, problems.ofFile);
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
    const table = (from: string, said: Problems): Table => ({
      kind: 'table',
      rows: csvRows(from, separator, limits, said.ofFile),
      named: true,
      typed: true,
    });
    const head = () => table(text.slice(0, 20_000), new Problems(problems.locale));
    if (named || findHeader(head(), ownLevelWords(options.levelNames ?? []))) {
      return findInSource({ blocks: [table(text, problems)] }, options, problems);
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
  const sheets = xlsxSheets(archive, limits, problems.ofFile).map(
    ({ name, hidden, rows }): PlanSheet => ({ name, hidden, table: { kind: 'table', rows, named: true } }),
  );
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
      // Of several tables, the columns that every one has.
      const columns = header.own ? header.columns.map((column) => column.field as Field) : [];
      found.columns = found.columns?.filter((field) => columns.includes(field)) ?? columns;
      found.title ??= read.plan;
      found.levelNames ??= read.levelNames;
    }
    if (found.columns?.length === 0) delete found.columns;
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
