/**
 * The control totals that a published page prints about itself ("Completed41 Tactics", "65% … excluding …", "Last updated: April 25th, 2019").
 * They are kept beside the plan, and checked against it.
 */
import type { Day, PublishedTotals, StatusClass } from '../shape.ts';
import type { Line } from './blocks.ts';
import { type DayRead, readDay } from './days.ts';
import type { Problems } from './problems.ts';
import { classifyStatus, isStatusWord, type StatusMap } from './status.ts';
import { type LevelWord, levelWord } from './words.ts';

export interface TotalsFound {
  counts: Map<StatusClass, number>;
  percent?: number;
  day?: Day;
  /** Lines that belong to the totals and not to an item. */
  used: Set<Line>;
  first?: Line;
  /** Words and their counts in the order of the page. */
  words: { word: string; class: StatusClass; count: number }[];
}

const longest = 300;
const wordThenCount =
  /^(\D{2,50}?)\s*[:=–—-]?\s*\(?(\d{1,6})\)?(?:\s+(\p{L}[\p{L} ]{1,30}))?\s*(?:\(?\d{1,3}(?:[.,]\d+)?\s?%\)?)?[.;,]?$/u;
const countThenWord = /^(\d{1,6})\s+(\p{L}.{1,60}?)[.;,]?$/u;
const percentOf = /(\d{1,3}(?:[.,]\d+)?)\s?(?:%|percent\b|por ciento\b)/iu;
const updated =
  /(?:last (?:updated|modified|revised)|updated(?: on| as of)?|as of|current (?:as of|through)|[úu]ltima actualizaci[óo]n|actualizad[oa](?: el| al)?|al d[íi]a|datos? al|darrera actualitzaci[óo])\s*(?:on|el|al)?\s*[:–—-]?\s*(.{4,40}?)(?:[).;|]|$)/iu;

/** Looks for totals in lines that are not items. */
export function findTotals(
  lines: readonly Line[],
  isItem: (line: Line) => boolean,
  problems: Problems,
  map?: StatusMap,
  own?: ReadonlyMap<string, LevelWord>,
): TotalsFound {
  const found: TotalsFound = { counts: new Map(), used: new Set(), words: [] };
  const take = (word: string, count: string, line: Line): boolean => {
    const of = classifyStatus(word.trim(), map);
    if (!of) return false;
    found.words.push({ word: word.trim(), class: of, count: Number(count) });
    found.used.add(line);
    found.first ??= line;
    return true;
  };
  const isNoun = (word: string | undefined): boolean =>
    !word || levelWord(word, own) !== null || /^(items?|elementos?|puntos?)$/i.test(word.trim());
  const maybePercent: { line: Line; percent: number }[] = [];

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const text = line.text.replace(/[\t\s]+/g, ' ').trim();
    if (text.length > longest || isItem(line)) continue;
    const date = updated.exec(text);
    if (date && !found.day) {
      const read = trimmedDay(date[1]!);
      if (read.day) {
        found.day = read.day;
        found.used.add(line);
        if (read.doubt === 'order')
          problems.warn('plan.exchange.dayInDoubt', line, { text: date[1]!.trim(), day: read.day });
      } else if (read.day === null && read.why === 'impossible')
        problems.error('plan.exchange.dayImpossible', line, { text: date[1]!.trim() });
    }
    const percent = percentOf.exec(text);
    if (percent) maybePercent.push({ line, percent: Number(percent[1]!.replace(',', '.')) });
    let m = wordThenCount.exec(text);
    // "Completed 2019" tells a year, not a count.
    if (m && isNoun(m[3]) && (m[3] || !isYear(m[2]!)) && take(m[1]!, m[2]!, line)) continue;
    m = countThenWord.exec(text);
    if (m && takeCounted(m[1]!, m[2]!, line, take, isNoun)) continue;
    // A word and its number on lines of their own, in either order.
    const next = lines[i + 1];
    if (next && !isItem(next)) {
      const after = next.text.trim();
      const counted = /^(\d{1,6})(?:\s+(\p{L}[\p{L} ]{1,30}))?$/u.exec(after);
      if (counted && isStatusWord(text, map) && isNoun(counted[2]) && take(text, counted[1]!, line)) {
        found.used.add(next);
        i++;
        continue;
      }
      if (/^\d{1,6}$/.test(text) && isStatusWord(after, map) && take(after, text, line)) {
        found.used.add(next);
        i++;
        continue;
      }
    }
    // Several in one sentence: "41 completed, 14 in progress and 8 not started".
    const parts = text.split(/[,;|·•]|\by\b|\band\b/iu).map((part) => /^\s*(\d{1,6})\s+(.{2,50}?)[.\s]*$/u.exec(part));
    const hits = parts.filter((part) => part && couldCount(part[2]!, map, own));
    if (hits.length >= 2) for (const part of hits) takeCounted(part![1]!, part![2]!, line, take, isNoun);
  }
  const doneIsNear = maybePercent.find(({ line }) =>
    /complet|done|achiev|finish|finaliz|cumpli|termin|exclu|progress|avance|implement/i.test(line.text),
  );
  if (doneIsNear && found.words.length > 0) {
    found.percent = doneIsNear.percent;
    found.used.add(doneIsNear.line);
  }
  for (const { class: of, count } of found.words) found.counts.set(of, (found.counts.get(of) ?? 0) + count);
  return found;
}

const isYear = (count: string): boolean => /^(19|20)\d\d$/.test(count);

const couldCount = (words: string, map?: StatusMap, own?: ReadonlyMap<string, LevelWord>): boolean =>
  classifyStatus(words, map) !== null || classifyStatus(withoutNoun(words, own), map) !== null;

/** `tactics completed` → `completed`. */
function withoutNoun(words: string, own?: ReadonlyMap<string, LevelWord>): string {
  const all = words.trim().split(/\s+/);
  for (let n = Math.min(3, all.length - 1); n >= 1; n--) {
    if (levelWord(all.slice(0, n).join(' '), own)) return all.slice(n).join(' ');
    if (levelWord(all.slice(-n).join(' '), own)) return all.slice(0, -n).join(' ');
  }
  return words;
}

function takeCounted(
  count: string,
  words: string,
  line: Line,
  take: (word: string, count: string, line: Line) => boolean,
  isNoun: (word: string) => boolean,
): boolean {
  if (take(words, count, line)) return true;
  const all = words.trim().split(/\s+/);
  for (let n = Math.min(3, all.length - 1); n >= 1; n--) {
    if (
      isNoun(all.slice(0, n).join(' ')) &&
      take(
        all
          .slice(n)
          .join(' ')
          .replace(/^(?:are|were|is|est[áa]n?|have been)\s+/i, ''),
        count,
        line,
      )
    )
      return true;
    if (isNoun(all.slice(-n).join(' ')) && take(all.slice(0, -n).join(' '), count, line)) return true;
  }
  return false;
}

/** A day followed by other words: the longest start that is a day. */
function trimmedDay(text: string): DayRead {
  const words = text.trim().split(/\s+/);
  let first: DayRead | null = null;
  for (let n = Math.min(words.length, 6); n >= 1; n--) {
    const read = readDay(
      words
        .slice(0, n)
        .join(' ')
        .replace(/[,.;]$/, ''),
    );
    if (read.day && read.doubt !== 'partial') return read;
    if (read.day === null && read.why === 'impossible') first ??= read;
  }
  return first ?? readDay(text);
}

/** Counts as a plan prints them, or null when the file prints none. Needs a day. */
export function publishedTotals(
  found: TotalsFound,
  day: Day | undefined,
  leaves: number,
  problems: Problems,
): PublishedTotals | null {
  const kinds = found.counts.size;
  if (kinds === 0 || (kinds === 1 && found.percent === undefined)) return null;
  const line = found.first ?? { line: 1 };
  if (!day) {
    problems.error('plan.exchange.totalsWithoutDay', line);
    return null;
  }
  const of = (status: StatusClass): number => found.counts.get(status) ?? 0;
  // A published table has four places. Ongoing work is open work; what is unknown is not begun as far as anyone can say.
  if (of('ongoing') > 0) problems.warn('plan.exchange.totalsOngoing', line, { count: of('ongoing') });
  const totals: PublishedTotals = {
    asOf: day,
    done: of('done'),
    active: of('active') + of('ongoing'),
    notBegun: of('notBegun'),
    excluded: of('excluded'),
    ...(found.percent === undefined ? {} : { percent: found.percent }),
  };
  const sum = totals.done + totals.active + totals.notBegun + totals.excluded + of('unknown');
  if (leaves > 0 && sum !== leaves) problems.warn('plan.exchange.totalsDiffer', line, { sum, leaves });
  const counted = sum - totals.excluded;
  if (totals.percent !== undefined && counted > 0) {
    // Half up, as the roll-up rounds; a page that prints decimals may be off by half of its last place.
    const exact = (100 * totals.done) / counted;
    const fits = Number.isInteger(totals.percent)
      ? Math.floor(exact + 0.5) === totals.percent
      : Math.abs(exact - totals.percent) <= 0.05;
    if (!fits)
      problems.warn('plan.exchange.percentDiffers', line, {
        printed: totals.percent,
        computed: Math.floor(exact + 0.5),
        done: totals.done,
        counted,
      });
  }
  return totals;
}
