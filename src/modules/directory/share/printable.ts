/**
 * What a font can draw of a text. Letters that it lacks would come out as empty boxes: where a letter loses only its marks it stands without them, and
 * where a letter is lost it is said so. Signs that are no letters (little pictures, marks of direction) go without a word.
 */

export interface Printable {
  text: string;
  /** True where letters or numbers are missing. */
  lost: boolean;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** `has`: whether the font has a letter of its own for a code point. */
export function printable(text: string, has: (codePoint: number) => boolean): Printable {
  const fits = (letters: string) => [...letters].every((letter) => has(letter.codePointAt(0)!));
  let lost = false;
  let out = '';
  for (const { segment } of graphemes.segment(text.normalize('NFC').replaceAll(/\s+/g, ' '))) {
    const bare = segment.normalize('NFKD').replaceAll(/[\p{M}\p{Cf}]/gu, '');
    if (fits(segment)) out += segment;
    else if (bare !== '' && fits(bare)) out += bare;
    else if (/[\p{L}\p{N}]/u.test(segment)) lost = true;
  }
  return { text: (lost ? tidy(out) : out).replaceAll(/\s+/g, ' ').trim(), lost };
}

/** What stood around lost letters and nothing else goes with them. */
const tidy = (text: string): string =>
  text
    .replaceAll(/\(\s*\)|\[\s*\]|“\s*”|"\s*"/g, '')
    .replaceAll(/[,;](?:\s*([,;]))+/g, '$1')
    .replaceAll(/(^|\s)[,;](?=\s|$)/g, '')
    .replaceAll(/^[\s:/·–—-]+|[\s,;:/·–—-]+$/g, '');

/** The first of several names for the same thing that the font can draw whole; else what can be drawn of the first. */
export function printableName(names: readonly string[], has: (codePoint: number) => boolean): Printable {
  const all = names.map((name) => printable(name, has));
  return (
    all.find((one) => !one.lost && one.text !== '') ?? all.find((one) => one.text !== '') ?? { text: '', lost: true }
  );
}
