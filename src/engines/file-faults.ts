/**
 * What may be wrong with a file before anyone knows what it is about. Readers throw UnreadableFile when they cannot go on, and tell the rest to whoever
 * reads; each module has a sentence of its own for every fault, in its own words.
 */
export type FileFault =
  | 'damaged'
  | 'tooManyParts'
  | 'encrypted'
  | 'unpacksTooLarge'
  | 'bomb'
  | 'tooManyRows'
  | 'longLine'
  | 'longRecord'
  | 'badQuotes'
  | 'formulaWithoutValue'
  | 'binary'
  | 'notUtf8'
  | 'badUtf16'
  | 'nul';

export type FaultValues = Record<string, string | number>;

/** A file that cannot be read further. */
export class UnreadableFile extends Error {
  readonly fault: FileFault;
  readonly values: FaultValues;

  constructor(fault: FileFault, values: FaultValues = {}) {
    super(fault);
    this.fault = fault;
    this.values = values;
  }
}

/** Where in a file: `line` from 1; `cell` as a spreadsheet names it. */
export interface FilePlace {
  line: number;
  cell?: string;
}

/** Who is told of faults that do not stop the reading. */
export interface FaultNotes {
  error(fault: FileFault, place: FilePlace, values?: FaultValues): void;
  warn(fault: FileFault, place: FilePlace, values?: FaultValues): void;
}

/** How much of a file we are willing to hold. Every limit ends in a sentence, never in a crash. */
export interface FileLimits {
  /** Bytes of everything unpacked from a zip together. */
  unpacked: number;
  /** Files inside a zip. */
  entries: number;
  /** How many times larger one file inside may become. Deflate cannot pass 1,032; real sheets stay below 100. */
  ratio: number;
  /** Characters of one line or cell. */
  characters: number;
  /** Rows of one table. */
  rows: number;
}
