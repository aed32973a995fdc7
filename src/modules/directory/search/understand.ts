/**
 * From what was typed to what is looked for. Words that nobody uses are corrected to words that somebody does, or to words of the taxonomy; beginnings are
 * completed; what people say for a need is known as that need (phrases.ts). Corrections come from the words of the audience's own rows and from the
 * taxonomy, which everybody may read.
 */
import { isAside, isLittle } from './little-words.ts';
import { unlike } from './spelling.ts';
import type { SearchTerm, TermBook } from './terms.ts';
import { wordsIn } from './words.ts';

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
  weight: number;
}

/** One thing that is asked for: services that have all these words (numbers of groups), or carry one of these terms. */
export interface Wish {
  words: number[];
  terms: SearchTerm[];
}

export interface Understood {
  groups: WordGroup[];
  wishes: Wish[];
  corrected: { from: string; to: string }[];
  /** Words that lead nowhere, left out. */
  missing: string[];
  named: { from: string; terms: SearchTerm[] }[];
  /** All that is asked for are these terms. */
  whole: SearchTerm[];
}

const mostWords = 12;
const mostSpellings = 4;

/** The words of a query that are looked at. */
export const askedWords = (text: string): string[] => [...new Set(wordsIn(text.slice(0, 400)))].slice(0, mostWords);

/** A word as it is understood. */
interface Reading {
  /** What stands in its place in a phrase: mostly one word. */
  meant: string[];
  groups: WordGroup[];
  /** Little words say nothing beside others. */
  idle: boolean;
  /** How far `meant` is from what was typed, where it was guessed. */
  wrong: number;
}

export function understand(words: readonly string[], facts: readonly WordFact[], terms: TermBook): Understood {
  const readings = facts.map((fact) => readingOf(fact, terms));
  inContext(facts, readings, terms);
  const spots = readings.flatMap(({ meant }, at) => meant.map((word, part) => ({ word, at, part })));
  const named = terms.phrases
    .namedIn(spots.map(({ word }) => word))
    .map((one) => ({ ...one, terms: terms.narrowest(one.terms) }));
  const nameAt = new Map(named.flatMap((one) => one.at.map((spot) => [spot, one] as const)));
  // What no term is called has to be a word that somebody uses.
  for (const [at, fact] of facts.entries())
    if (readings[at]!.groups.length === 0 && !spots.some((spot, i) => spot.at === at && nameAt.has(i)))
      readings[at] = fromRows(fact);

  const out: Understood = { groups: [], wishes: [], corrected: [], missing: [], named: [], whole: [] };
  const allIdle = named.length === 0 && readings.every((one) => one.idle);
  const wishes = new Map(named.map((one) => [one, { words: [], terms: one.terms } as Wish]));
  for (const [{ at }, wish] of wishes) {
    out.wishes.push(wish);
    const within = new Set(at.map((spot) => spots[spot]!.at));
    out.named.push({ from: words.filter((_, i) => within.has(i)).join(' '), terms: wish.terms });
  }
  const unheard = new Set<Wish>();
  for (const [at, { meant, groups, idle }] of readings.entries()) {
    if (idle && !allIdle) continue;
    const { word } = facts[at]!;
    const names = meant.map((_, part) => nameAt.get(spots.findIndex((spot) => spot.at === at && spot.part === part)));
    if (groups.length === 0 && !names[0]) {
      out.missing.push(word);
      continue;
    }
    if (!meant[0]!.startsWith(word)) out.corrected.push({ from: word, to: meant.join(' ') });
    for (const [part, name] of names.entries()) {
      const wish = name ? wishes.get(name)! : { words: [], terms: [] };
      const group = groups[part];
      if (group) wish.words.push(out.groups.push(group) - 1);
      else unheard.add(wish);
      if (!name && !(named.length > 0 && meant.length === 1 && isAside(meant[0]!))) out.wishes.push(wish);
    }
  }
  // Nothing can have all the words of a phrase when one of them is had by nobody.
  for (const wish of unheard) wish.words = [];
  if (out.groups.length === 0 || (out.missing.length === 0 && out.wishes.every((wish) => wish.terms.length > 0)))
    out.whole = out.wishes.flatMap((wish) => wish.terms);
  return out;
}

function readingOf(fact: WordFact, terms: TermBook): Reading {
  const idle = fact.en === '' || fact.es === '' || isLittle(fact.word);
  const groups = fact.n > 0 || idle ? [groupOf(fact, [fact])] : [];
  if (groups.length > 0 || terms.phrases.spellings.has(fact.word))
    return { meant: [fact.word], groups, idle, wrong: 0 };
  const rows = fromRows(fact);
  const [book] = terms.phrases.spellings.near(fact.word);
  if (!book || book.wrong >= rows.wrong) return { ...rows, idle: false };
  return { meant: [book.word], groups: [], idle: false, wrong: book.wrong };
}

/** What is not sure by itself may be sure by what stands beside it. */
function inContext(facts: readonly WordFact[], readings: Reading[], terms: TermBook): void {
  for (const [at, reading] of readings.entries()) {
    if (reading.wrong === 0) continue;
    const beside = readings.flatMap((one, other) => (other === at ? [] : one.meant));
    const word = terms.phrases.inContext(facts[at]!.word, beside);
    if (word && word !== reading.meant[0]) readings[at] = { meant: [word], groups: [], idle: false, wrong: 0.9 };
  }
}

/** What a word that nobody uses may stand for among those that somebody does; itself where there is none. */
function fromRows(fact: WordFact): Reading {
  const { spellings, wrong } = meantBy(fact);
  const [best] = spellings;
  if (best) return { meant: [best.word], groups: [groupOf(fact, spellings, best.n)], idle: false, wrong };
  if (!fact.halves) return { meant: [fact.word], groups: [], idle: false, wrong: Number.POSITIVE_INFINITY };
  return {
    meant: fact.halves.map((half) => half.word),
    groups: fact.halves.map((half) => groupOf(fact, [half])),
    idle: false,
    wrong: 1,
  };
}

const groupOf = (fact: WordFact, spellings: readonly Spelling[], n = spellings[0]!.n): WordGroup => ({
  from: fact.word,
  stems: [...new Set(spellings.flatMap(({ en, es, word }) => [en || word, es || word]))],
  // Rare words say more.
  weight: 1 / Math.log(Math.E + n),
});

/** Spellings that a word nobody uses may stand for: words that begin with it; else the fewest wrong letters first, then the most used. */
function meantBy(fact: WordFact): { spellings: Spelling[]; wrong: number } {
  const near = (fact.like ?? [])
    .map((one) => ({ one, wrong: unlike(fact.word, one.word) }))
    .filter(({ wrong }) => wrong < 3)
    .sort((a, b) => a.wrong - b.wrong || b.one.n - a.one.n || (a.one.word < b.one.word ? -1 : 1));
  const best = near[0]?.wrong;
  const alike = near.filter(({ wrong }) => wrong === best).map(({ one }) => one);
  const longer = fact.word.length >= 3 ? (fact.longer ?? []) : [];
  // "shelte" is the beginning of shelter before it is a misspelling of anything.
  if (longer.length > 0) {
    const more = alike.filter((one) => !longer.some((two) => two.word === one.word)).slice(0, 2);
    return { spellings: [...longer, ...more], wrong: 0.5 };
  }
  return { spellings: alike.slice(0, mostSpellings), wrong: best ?? Number.POSITIVE_INFINITY };
}
