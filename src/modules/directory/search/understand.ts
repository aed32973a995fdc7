/**
 * From what was typed to what is looked for: words that nobody uses are corrected to words that somebody does, beginnings are completed, a phrase that
 * names a term of the taxonomy is known as that term. Corrections come from the words of the audience's own rows alone.
 */
import type { SearchTerm, TermBook } from './terms.ts';
import { editDistance, forgiven, wordsIn } from './words.ts';

/** What the database says of a word (0002_search.sql, directory_words). */
export interface WordFact {
  word: string;
  n: number;
  en: string;
  es: string;
  longer?: Spelling[] | null;
  like?: Spelling[] | null;
  halves?: [Spelling, Spelling] | null;
}
type Spelling = { word: string; n: number; en: string; es: string };

/** One word of the query and every stem that stands for it. */
export interface WordGroup {
  from: string;
  stems: string[];
  /** Rare words say more. */
  weight: number;
}

export interface Understood {
  groups: WordGroup[];
  corrected: { from: string; to: string }[];
  /** Words that lead nowhere, left out. */
  missing: string[];
  named: { from: string; terms: SearchTerm[] }[];
  /** The whole text names these terms. */
  whole: SearchTerm[];
}

const mostWords = 12;
const mostSpellings = 4;

/** The words of a query that are looked at. */
export const askedWords = (text: string): string[] => [...new Set(wordsIn(text.slice(0, 400)))].slice(0, mostWords);

const weightOf = (n: number): number => 1 / Math.log(Math.E + n);
const stemsOf = (spellings: readonly { en: string; es: string; word: string }[]): string[] => [
  ...new Set(spellings.flatMap(({ en, es, word }) => [en || word, es || word])),
];

export function understand(words: readonly string[], facts: readonly WordFact[], terms: TermBook): Understood {
  const out: Understood = { groups: [], corrected: [], missing: [], named: [], whole: [] };
  const meant: string[] = [];
  const idle = (fact: WordFact) => fact.en === '' || fact.es === '';
  const allIdle = facts.every(idle);
  for (const fact of facts) {
    if (idle(fact) && !allIdle) {
      meant.push(fact.word);
      continue;
    }
    if (fact.n > 0 || idle(fact)) {
      out.groups.push({ from: fact.word, stems: stemsOf([fact]), weight: weightOf(fact.n) });
      meant.push(fact.word);
      continue;
    }
    const spellings = meantBy(fact);
    if (spellings.length === 0) {
      if (fact.halves) {
        for (const half of fact.halves)
          out.groups.push({ from: fact.word, stems: stemsOf([half]), weight: weightOf(half.n) });
        meant.push(...fact.halves.map((half) => half.word));
        out.corrected.push({ from: fact.word, to: fact.halves.map((half) => half.word).join(' ') });
      } else {
        out.missing.push(fact.word);
        meant.push(fact.word);
      }
      continue;
    }
    const [best] = spellings as [Spelling];
    out.groups.push({ from: fact.word, stems: stemsOf(spellings), weight: weightOf(best.n) });
    if (!best.word.startsWith(fact.word)) out.corrected.push({ from: fact.word, to: best.word });
    meant.push(best.word);
  }
  const carries = facts.map((fact) => allIdle || !idle(fact));
  const told = new Set<string>();
  for (let from = 0; from < meant.length; from++) {
    for (let to = Math.min(meant.length, from + terms.longest); to > from; to--) {
      const found = terms.named(meant.slice(from, to));
      if (found.length === 0) continue;
      out.named.push({ from: words.slice(from, to).join(' '), terms: found });
      for (const word of words.slice(from, to)) told.add(word);
      // "A place to sleep" is all said by "place to sleep": little words around it say nothing.
      if (!carries.some((heavy, at) => heavy && (at < from || at >= to))) out.whole = found;
      from = to - 1;
      break;
    }
  }
  // A word that no service has is none the less understood where it is part of a term's name.
  out.missing = out.missing.filter((word) => !told.has(word));
  return out;
}

/** Spellings that a word nobody uses may stand for: the fewest wrong letters first, then the most used; else words that begin with it. */
function meantBy(fact: WordFact): Spelling[] {
  const most = forgiven(fact.word.length);
  const near = (fact.like ?? [])
    .map((one) => ({ one, wrong: editDistance(fact.word, one.word, most) }))
    .filter(({ wrong }) => wrong <= most)
    .sort((a, b) => a.wrong - b.wrong || b.one.n - a.one.n);
  const best = near[0]?.wrong;
  const alike = near.filter(({ wrong }) => wrong === best).map(({ one }) => one);
  const longer = fact.word.length >= 3 ? (fact.longer ?? []) : [];
  // "shelte" is the beginning of shelter before it is a misspelling of anything.
  if (longer.length > 0)
    return [...longer, ...alike.filter((one) => !longer.some((two) => two.word === one.word)).slice(0, 2)];
  return alike.slice(0, mostSpellings);
}
