/** From bytes to records in one step, so that it can be done in a thread of its own (read.thread.ts). */
import type { Kind } from '#engines/record-shape';
import { assemble, type Found, linksOutside } from './assemble.ts';
import type { Mapping } from './flat.ts';
import { type Part, partsOfFile } from './parts.ts';
import { type Headings, type ReadChoices, readParts } from './read.ts';
import { type Fault, ImportStopped } from './rows.ts';
import { type Spoken, spokenOf } from './spoken.ts';
import { countRows, type Counts } from './summary.ts';

export interface Reading {
  records: Found[];
  faults: Fault[];
  notes: Fault[];
  read: Counts;
  list: Headings | null;
  spoken: Spoken;
  /** Ids that rows name and the file does not hold. Where the network has some of them, it is read again with their kinds. */
  outside: string[];
}

export interface ReadingOptions {
  network: string;
  choices: ReadChoices;
  /** Headings of a list, joined by tabs → the mapping that was chosen for it before. */
  mappings: Record<string, Mapping>;
  known: Record<string, Kind>;
}

export const headingsKey = (headings: readonly string[]): string => headings.join('\t').slice(0, 2_000);

/** Reads a file. A file that cannot be read gives one fault and nothing else. */
export const readFile = (name: string, bytes: Uint8Array, options: ReadingOptions): Reading =>
  reading(() => partsOfFile(name, bytes), options);

/** Reads parts, opened by `open`. */
export function reading(open: () => Part[], { network, choices, mappings, known }: ReadingOptions): Reading {
  try {
    const { raw, list } = readParts(open(), network, choices, (headings) => mappings[headingsKey(headings)]);
    const outside = linksOutside(raw, network);
    const read = countRows(raw, network);
    const { records, faults } = assemble(raw, network, new Map(Object.entries(known)));
    return { records, faults, notes: raw.notes, read, list, spoken: spokenOf(raw), outside };
  } catch (error) {
    if (!(error instanceof ImportStopped)) throw error;
    return { records: [], faults: [error.fault], notes: [], read: {}, list: null, spoken: null, outside: [] };
  }
}
