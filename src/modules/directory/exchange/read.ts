/** Reads whatever was given: says what it is and fills the rows. Pure but for reading the parts; nothing is fetched, run or unpacked to disk. */
import { openArchive } from '#engines/archive';
import type { RowLine } from '#engines/csv-rows';
import { xlsxSheets } from '#engines/workbook-sheets';
import { addFlat, guessMapping, type Mapping, mappingProblem } from './flat.ts';
import { importLimits, inFile, type Part } from './parts.ts';
import { addJson } from './read-json.ts';
import { addTable, namesTable, notesFor, readCsv } from './read-tables.ts';
import { ImportStopped, RawTables } from './rows.ts';

export type { Mapping };

/** What a person decided about a plain list. */
export interface ReadChoices {
  mapping?: Mapping;
  /** Every place of a plain list is confidential. */
  hidden?: boolean;
}

/** A plain list whose columns a person should look at. */
export interface Headings {
  file: string;
  headings: string[];
  mapping: Mapping;
}

export interface ReadFile {
  raw: RawTables;
  /** Set when the file is a plain list. */
  list: Headings | null;
}

const isJson = (name: string): boolean => /\.(json|ndjson|jsonl)$/i.test(name);
const isBook = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** Reads parts. `known(headings)` gives the mapping that was chosen for such a list before. Throws ImportStopped. */
export function readParts(
  parts: readonly Part[],
  network: string,
  choices: ReadChoices = {},
  known: (headings: readonly string[]) => Mapping | undefined = () => undefined,
): ReadFile {
  const raw = new RawTables();
  let list: Headings | null = null;
  // Columns of 1.x's eligibility belong to services, which must be there first.
  const ordered = [...parts].sort((a, b) => Number(/eligibilit/i.test(a.name)) - Number(/eligibilit/i.test(b.name)));
  const plain = (file: string, rows: RowLine[]): void => {
    const headings = rows[0]?.cells ?? [];
    const mapping = choices.mapping ?? known(headings) ?? guessMapping(headings);
    list = { file, headings, mapping };
    const problem = mappingProblem(mapping);
    if (problem) raw.faults.push({ file, line: rows[0]?.line ?? 1, key: problem, of: 'file' });
    else addFlat(file, rows, mapping, choices.hidden ?? false, raw);
  };
  for (const { name, read } of ordered) {
    const bytes = read();
    if (isJson(name) || (!isBook(bytes) && looksLikeJson(bytes))) {
      if (!addJson(name, bytes, network, raw)) {
        if (parts.length === 1) throw new ImportStopped({ file: name, key: 'noRecords' });
        raw.notes.push({ file: name, line: 1, key: 'fileLeftOut', of: 'file' });
      }
    } else if (isBook(bytes)) {
      const sheets = inFile(name, () =>
        xlsxSheets(openArchive(bytes, importLimits), importLimits, notesFor(name, raw)),
      );
      const named = sheets.filter((sheet) => namesTable(sheet.name));
      if (named.length > 0) for (const sheet of named) addTable(`${name}: ${sheet.name}`, sheet.rows, raw);
      else {
        const shown = sheets.filter((sheet) => !sheet.hidden && sheet.rows.length > 1);
        const best = shown.sort((a, b) => b.rows.length - a.rows.length)[0];
        if (!best) throw new ImportStopped({ file: name, key: 'noRecords' });
        plain(name, best.rows);
      }
    } else {
      const rows = readCsv(name, bytes, raw);
      if (rows.length === 0) continue;
      const isTable =
        namesTable(name) &&
        (parts.length > 1 ||
          rows[0]!.cells.some((cell) => /^\W*(organization_|service_|location_)?id\W*$/i.test(cell)));
      if (isTable) addTable(name, rows, raw);
      else if (parts.length === 1) plain(name, rows);
      else raw.notes.push({ file: name, line: 1, key: 'fileLeftOut', of: 'file' });
    }
    if (raw.count > importLimits.rows)
      throw new ImportStopped({ file: name, key: 'tooManyRows', values: { limit: importLimits.rows } });
  }
  if (raw.count === 0 && raw.faults.length === 0)
    throw new ImportStopped({ file: parts[0]?.name ?? '', key: 'noRecords' });
  return { raw, list };
}

const looksLikeJson = (bytes: Uint8Array): boolean => {
  const head = new TextDecoder()
    .decode(bytes.subarray(0, 200))
    .replace(/^\uFEFF/, '')
    .trimStart();
  return /^[{[]\s*["{[\]}]/.test(head);
};
