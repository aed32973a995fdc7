/**
 * Reads one line: is it an item ("Tactic 1.1.1 – …", "2.3 …", "b) …"), and does a status word stand in it? Everything here looks at the start
 * or the end of a line only, so a line of a megabyte costs no more than a short one.
 */
import { isStatusWord, type StatusMap, classifyStatus } from './status.ts';
import { fold, type LevelWord, levelWord, numeral } from './words.ts';

export interface ItemStart {
  kind: string;
  word?: LevelWord;
  number: string;
  rest: string;
}

const number = String.raw`(?:\d{1,4}[a-z]?|[A-Za-z]|[IVXLC]{1,6}|[ivxlc]{1,6})(?:\.[0-9A-Za-z]{1,3}(?![\p{L}\d])|-\d{1,3}(?!\d))*`;
const labelled = new RegExp(
  String.raw`^(\p{L}[\p{L} ]{1,34}?)\s*(?:(?:n[.º°o]|no\.|núm\.?|num\.?|#)\s*)?(?<![\p{L}\d.])(${number})(?=$|[^\p{L}\d])(\.?\s*[:.)\]|–—-]?)\s*(.*)$`,
  'su',
);
const spelled = /^(\p{L}[\p{L} ]{1,34}?)\s+(\p{L}{2,6})\s*([:.)–—-])\s*(.*)$/su;
const unnumbered = /^(\p{L}[\p{L} ]{1,34}?)\s*[:–—]\s+(\S.*)$/su;
const numberFirst = new RegExp(String.raw`^(${number})[.):]?\s+(\p{L}[\p{L} ]{1,34}?)\s*[:–—-]\s+(\S.*)$`, 'su');
const several =
  /^((?:[A-Za-z]|[A-Za-z]?\d{1,3})(?:\.\d{1,3})+[a-z]?|\d{1,3}(?:\.[a-z])+|[A-Z](?:\.\d{1,3})+)([.):]?)(\s*[–—:|-]\s*|\s+)(\S.*)$/su;
const single = /^(\d{1,3}|[A-Za-z]|[ivxlc]{1,6}|[IVXLC]{1,6})([.)])\s+(\S.*)$/su;
const head = (text: string): string => text.slice(0, 160);

/** A level word with a number (or with a colon and no number). `firm` lines (headings, bullets, cells) need no separator. */
export function labelledItem(text: string, firm: boolean, own?: ReadonlyMap<string, LevelWord>): ItemStart | null {
  const start = head(text);
  const tail = text.slice(start.length);
  let m = labelled.exec(start);
  if (m) {
    const word = levelWord(m[1]!, own);
    const [, , digits = '', separator = '', rest = ''] = m;
    const dotted = /\d[.-]/.test(digits);
    const clear =
      separator.trim() !== '' ||
      rest === '' ||
      (/\d/.test(digits) && (firm || dotted)) ||
      (/\d/.test(digits) && /^[\p{Lu}"“¿¡(]/u.test(rest));
    if (word && clear) return { kind: word.key, word, number: digits.replace(/[.-]$/, ''), rest: rest + tail };
  }
  m = spelled.exec(start);
  if (m) {
    const [word, digits] = [levelWord(m[1]!, own), numeral(m[2]!)];
    if (word && digits) return { kind: word.key, word, number: digits, rest: m[4]! + tail };
  }
  m = numberFirst.exec(start);
  if (m) {
    const word = levelWord(m[2]!, own);
    if (word) return { kind: word.key, word, number: m[1]!, rest: m[3]! + tail };
  }
  m = unnumbered.exec(start);
  if (m) {
    const word = levelWord(m[1]!, own);
    if (word) return { kind: word.key, word, number: '', rest: m[2]! + tail };
  }
  return null;
}

const notLevels = new Set(
  `page figure table chapter section appendix part phase year quarter note question version volume exhibit attachment slide line article
   pagina figura tabla capitulo seccion anexo parte fase ano trimestre nota pregunta articulo`.split(/\s+/),
);
const unknownLabel = /^(\p{Lu}\p{L}+(?: \p{L}+){0,2})\s+(\d{1,3}(?:\.\d{1,3})*)\s*[:–—|-]\s*\S/u;

/** A word before a number that we do not know but that may be a level of this plan: it decides only when it is repeated. */
export function unknownLevel(text: string): { word: string; number: string } | null {
  const m = unknownLabel.exec(head(text));
  if (!m) return null;
  const folded = fold(m[1]!);
  if (notLevels.has(folded.split(' ')[0]!) || isStatusWord(m[1]!) || levelWord(folded)) return null;
  return { word: m[1]!, number: m[2]! };
}

/** `2.3 Title` or `b) Title`. A decimal before a small letter ("2.5 million people") is prose unless the line is firm. */
export function numberedItem(text: string, firm: boolean): ItemStart | null {
  const start = head(text);
  const tail = text.slice(start.length);
  let m = several.exec(start);
  if (m && (firm || /^[\p{Lu}\p{Lo}"“‘'¿¡([\d]/u.test(m[4]!)) && /\d/.test(m[1]!)) {
    return { kind: `n${m[1]!.split('.').filter(Boolean).length}`, number: m[1]!, rest: m[4]! + tail };
  }
  m = single.exec(start);
  if (!m) return null;
  const digits = m[1]!;
  // i, v, x, c, l are read as roman numbers: a list that reaches (i) after (h) is rare, a list of i, ii, iii is not.
  const sign = /\d/.test(digits)
    ? 'n1'
    : /^[ivxlc]+$/.test(digits) && digits !== 'c'
      ? 'roman'
      : /^[IVXLC]+$/.test(digits) && digits !== 'C'
        ? 'Roman'
        : /[a-z]/.test(digits)
          ? 'alpha'
          : 'Alpha';
  return { kind: sign === 'n1' && m[2] === ')' ? 'n1)' : sign, number: digits, rest: m[3]! + tail };
}

export interface StatusFound {
  title: string;
  word: string;
  /** Only a word at the end, with no bracket, dash or cell around it: counts when most items have one. */
  bare?: boolean;
}

const lead = /^(?:Status|Estado|Estat|Situación)\s*[:–—-]?\s*/i;
const bracket = /^(.*?)\s*[([{]\s*([^()[\]{}]{2,60})\s*[)\]}]\s*[.;]?$/su;
const named = /^(.*?)[\s.;,|–—-]*\b(?:Status|Estado|Estat)\s*[:–—-]\s*([^:]{2,50}?)[.;]?$/isu;
const afterStop = /^(.*?(?:[.!?;]|\s{2,}))\s*(\p{Lu}[^.!?;:]{1,40}?)\.?$/su;
const bracketFirst = /^\[\s*([^[\]]{2,50})\s*\]\s*(\S.*)$/su;

/** Finds the status word of an item's text and takes it away, or returns null. */
export function statusIn(text: string, map?: StatusMap): StatusFound | null {
  const cells = text.split('\t').map((cell) => cell.trim());
  if (cells.length > 1) {
    const at = cells.findIndex((cell, i) => i > 0 && isStatusWord(cell, map));
    if (at > 0) return { title: cells.filter((cell, i) => i !== at && cell !== '').join('\t'), word: cells[at]! };
  }
  // Only the last hundred characters can hold it.
  const cut = Math.max(0, text.trimEnd().length - 100);
  const before = text.slice(0, cut);
  const end = text.slice(cut).trimEnd();
  /** `sure`: a word that a person must map counts only where it cannot be part of the sentence. */
  const found = (title: string | undefined, raw: string | undefined, sure: boolean): StatusFound | null => {
    if (title === undefined || raw === undefined) return null;
    const rest = (before + title).trim();
    const word = raw.replace(lead, '').trim();
    if (rest === '' || !isStatusWord(word, map) || (sure && classifyStatus(word, map) === null)) return null;
    return { title: rest, word };
  };
  const [n, b] = [named.exec(end), bracket.exec(end)];
  let hit = found(n?.[1], n?.[2], false) ?? found(b?.[1], b?.[2], false);
  if (hit) return hit;
  // "– On-going" has a hyphen of its own, so every separator is tried, the first one first.
  for (const m of end.matchAll(/\s+[–—-]{1,2}\s*|\s*[–—:|•·]\s*/gu)) {
    const word = end.slice(m.index + m[0].length).replace(/[.;]$/, '');
    if (word.length <= 60) hit = found(end.slice(0, m.index), word, true);
    if (hit) return hit;
  }
  const stop = afterStop.exec(end);
  hit = found(stop?.[1], stop?.[2], true);
  if (hit) return hit;
  const first = bracketFirst.exec(text.slice(0, 200));
  if (first && isStatusWord(first[1]!, map)) return { title: first[2]! + text.slice(200), word: first[1]!.trim() };
  for (const m of end.matchAll(/\s+(?=\p{Lu})/gu)) {
    const word = end.slice(m.index + m[0].length).replace(/[.;]$/, '');
    if (word.length > 40) continue;
    hit = found(end.slice(0, m.index), word, true);
    if (hit) return { ...hit, bare: true };
  }
  return null;
}
