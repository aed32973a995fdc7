/** How much of a plan file we are willing to hold; `rows` are the items of a plan. Every limit ends in a sentence, never in a crash. */
import type { FileLimits } from '#engines/file-faults';

export interface Limits extends FileLimits {
  /** Bytes of the file as it was sent. */
  bytes: number;
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
