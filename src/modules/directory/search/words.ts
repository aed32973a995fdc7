/**
 * Words as they are compared: small letters without accents, cut where neither letter nor digit stands. Records and queries go through the same
 * function, so nothing depends on how a database splits text.
 */
const longest = 40;

/** The words of a text in order. "Women’s Shelter" → women, shelter; "Niños" → ninos. */
export function wordsIn(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]s?(?![\p{L}\p{N}])/gu, ' ')
    .replace(/['’]/g, '');
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, longest));
}

/** One spelling of a phrase, for names that are equal. */
export const plain = (text: string): string => wordsIn(text).join(' ');

/** Whether a word may be a correction of another: numbers and scraps are not. */
export const maySuggest = (word: string): boolean => word.length >= 3 && word.length <= 30 && /^\p{L}+$/u.test(word);

/**
 * How many letters are missing, added, changed or swapped with their neighbour; more than `most` is told as `most + 1`.
 * (Optimal string alignment.)
 */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  if (b.length >= scratch[0]!.length) scratch = rowsFor(b.length * 2);
  let [before, last, row] = scratch as [Uint32Array, Uint32Array, Uint32Array];
  for (let j = 0; j <= b.length; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    let least = i;
    const letter = a.charCodeAt(i - 1);
    for (let j = 1; j <= b.length; j++) {
      const other = b.charCodeAt(j - 1);
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (letter === other ? 0 : 1));
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other)
        cost = Math.min(cost, before[j - 2]! + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    [before, last, row] = [last, row, before];
  }
  return last[b.length]!;
}

/** Three rows of a table, used again: a search compares a word with hundreds. */
const rowsFor = (length: number): Uint32Array[] => Array.from({ length: 3 }, () => new Uint32Array(length));
let scratch = rowsFor(128);

/** Wrong letters that are forgiven in a word of this length. */
export const forgiven = (length: number): number => (length < 4 ? 0 : length < 8 ? 1 : 2);
