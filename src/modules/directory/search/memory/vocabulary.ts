/**
 * The words that the services of one audience use, how many use each, and what a word nobody uses may stand for. The rules are those of
 * directory_words in 0002_search.sql, so both readers correct alike.
 */
import type { WordFact } from '../understand.ts';
import type { Stems } from './stems.ts';

interface Word {
  word: string;
  n: number;
  en: string;
  es: string;
  /** How many different threes of letters it has. */
  threes: number;
}

/** pg_trgm's own default: words less alike than this are not looked at. */
const leastAlike = 0.3;

export class Vocabulary {
  readonly #words: Word[] = [];
  readonly #at = new Map<string, number>();
  readonly #byEn = new Map<string, number[]>();
  readonly #byEs = new Map<string, number[]>();
  readonly #byThree = new Map<string, number[]>();
  readonly #byFirst = new Map<string, number[]>();
  #shared = new Uint8Array(0);

  has(word: string): boolean {
    return this.#at.has(word);
  }

  /** Takes a word in; it is used by nobody until it is counted. */
  learn(word: string, [en, es]: Stems): void {
    if (this.#at.has(word)) return;
    const at = this.#words.length;
    const threes = threesOf(word);
    this.#words.push({ word, n: 0, en, es, threes: threes.length });
    this.#at.set(word, at);
    push(this.#byEn, en, at);
    push(this.#byEs, es, at);
    for (const three of threes) push(this.#byThree, three, at);
    push(this.#byFirst, word.slice(0, 1), at);
  }

  idOf(word: string): number {
    return this.#at.get(word)!;
  }

  count(id: number, by: 1 | -1): void {
    this.#words[id]!.n += by;
  }

  /** What is known of words, in their order. `stems` has each of them. */
  facts(asked: readonly string[], stems: ReadonlyMap<string, Stems>): WordFact[] {
    return asked.map((word) => {
      const [en, es] = stems.get(word)!;
      const n = en === '' || es === '' ? 0 : this.#users(en, es);
      const fact: WordFact = { word, n, en, es };
      if (n > 0 || en === '' || es === '') return fact;
      return { ...fact, longer: this.#longer(word), like: this.#like(word), halves: this.#halves(word) };
    });
  }

  #users(en: string, es: string): number {
    let n = 0;
    for (const at of this.#byEn.get(en) ?? []) n += this.#words[at]!.n;
    for (const at of this.#byEs.get(es) ?? []) if (this.#words[at]!.en !== en) n += this.#words[at]!.n;
    return n;
  }

  #used(start: readonly number[] | undefined, keep: (word: Word) => boolean): Word[] {
    return (start ?? []).map((at) => this.#words[at]!).filter((one) => one.n > 0 && keep(one));
  }

  #longer(word: string): Word[] {
    const follows = (one: Word) =>
      one.word.startsWith(word) && (one.word.length === word.length || one.word.charCodeAt(word.length) < 0x7b);
    return this.#used(this.#byFirst.get(word.slice(0, 1)), follows)
      .sort(mostUsed)
      .slice(0, 8);
  }

  #like(word: string): Word[] {
    const { length } = word;
    if (length <= 3) return [];
    const found = new Set(this.#alike(word));
    const half = Math.floor((length - 1) / 2);
    if (length < 7) {
      const [left, right] = [word.slice(0, half), word.slice(length - half)];
      const near = (one: Word) =>
        Math.abs(one.word.length - length) <= 1 && (one.word.startsWith(left) || one.word.endsWith(right));
      const short = this.#used(this.#byFirst.get(word.slice(0, 1)), near).sort(mostUsed);
      for (const one of short.slice(0, 40)) found.add(one);
    }
    return [...found];
  }

  #alike(word: string): Word[] {
    if (this.#shared.length < this.#words.length) this.#shared = new Uint8Array(this.#words.length * 2);
    const shared = this.#shared;
    const touched: number[] = [];
    const threes = threesOf(word);
    for (const three of threes)
      for (const at of this.#byThree.get(three) ?? []) if (shared[at]!++ === 0) touched.push(at);
    const out: { one: Word; alike: number }[] = [];
    for (const at of touched) {
      const one = this.#words[at]!;
      const alike = shared[at]! / (threes.length + one.threes - shared[at]!);
      shared[at] = 0;
      if (one.n > 0 && alike >= leastAlike) out.push({ one, alike });
    }
    out.sort((a, b) => b.alike - a.alike || mostUsed(a.one, b.one));
    return out.slice(0, 20).map(({ one }) => one);
  }

  #halves(word: string): [Word, Word] | null {
    let best: [Word, Word] | null = null;
    for (let i = 3; i <= word.length - 3; i++) {
      const [left, right] = [this.#word(word.slice(0, i)), this.#word(word.slice(i))];
      if (left && right && (!best || Math.min(left.n, right.n) > Math.min(best[0].n, best[1].n))) best = [left, right];
    }
    return best;
  }

  #word(word: string): Word | undefined {
    const at = this.#at.get(word);
    return at !== undefined && this.#words[at]!.n > 0 ? this.#words[at] : undefined;
  }
}

const mostUsed = (a: Word, b: Word): number => b.n - a.n || (a.word < b.word ? -1 : 1);

/** Its different threes of letters, as pg_trgm counts them: with two spaces before and one behind. */
function threesOf(word: string): string[] {
  const letters = [' ', ' ', ...word, ' '];
  return [...new Set(letters.slice(2).map((_, i) => letters.slice(i, i + 3).join('')))];
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
