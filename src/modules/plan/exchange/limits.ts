/** How much of a file we are willing to hold. Every limit ends in a sentence, never in a crash. */
export interface Limits {
  /** Bytes of the file as it was sent. */
  bytes: number;
  /** Bytes of everything unpacked from a Word or Excel file together. */
  unpacked: number;
  /** Files inside a Word or Excel file. */
  entries: number;
  /** How many times larger one file inside may become. Deflate cannot pass 1,032; real sheets stay below 100. */
  ratio: number;
  /** Characters of one line or cell. */
  characters: number;
  /** Items of a plan. */
  rows: number;
  /** Lines or paragraphs of a text that is no table. */
  lines: number;
  /** Attributes of one element of a web page; the parser compares each with all others. */
  attributes: number;
  /** Elements of a web page, and how deep they may nest. */
  elements: number;
  depth: number;
}

export const defaultLimits: Limits = {
  bytes: 20_000_000,
  unpacked: 100_000_000,
  entries: 2_000,
  ratio: 250,
  characters: 200_000,
  rows: 50_000,
  lines: 300_000,
  attributes: 2_000,
  elements: 400_000,
  depth: 400,
};
