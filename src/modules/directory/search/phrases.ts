/**
 * What a term is called when people say what they need: any of its phrases, in whatever order and with whatever words between. "Mi esposo toma y me pega"
 * holds "mi pareja me pega". A phrase of one word must be that word.
 */
import { fold, isLittle, knownHere, standsFor } from './little-words.ts';
import { mayBe, Spellings } from './spelling.ts';
import type { SearchTerm } from './terms.ts';
import { maySuggest, plain } from './words.ts';

interface Phrase {
  /** What its words stand for, little ones left out, each once. */
  words: string[];
  terms: SearchTerm[];
}

/** A phrase that was found in a question: where its words stand, and what it names. */
export interface Named {
  at: number[];
  terms: SearchTerm[];
}

export class Phrases {
  /** Phrases as they are said, word by word. */
  readonly #inOrder = new Map<string, SearchTerm[]>();
  readonly #byName = new Map<string, SearchTerm[]>();
  readonly #byWord = new Map<string, Phrase[]>();
  readonly #spelled = new Map<string, string[]>();
  readonly spellings: Spellings;
  #longest = 1;

  constructor(terms: readonly SearchTerm[]) {
    const loose = new Map<string, Phrase>();
    const words = new Set<string>(knownHere());
    for (const term of terms) {
      for (const name of new Set([plain(term.name.en), plain(term.name.es)])) push(this.#byName, name, term);
      for (const text of new Set(
        [term.name.en, term.name.es, ...term.synonyms.en, ...term.synonyms.es].map(plain).filter(Boolean),
      )) {
        const said = text.split(' ');
        for (const word of said) if (maySuggest(word)) words.add(word);
        this.#longest = Math.max(this.#longest, said.length);
        const inOrder = keyOf(said);
        if (!this.#inOrder.get(inOrder)?.includes(term)) push(this.#inOrder, inOrder, term);
        const heavy = contentOf(said);
        // "Not" makes no phrase of one word: who does not want to live says that, and not that there is no place to live.
        if (heavy.filter((word) => word !== 'no').length < 2) continue;
        const key = heavy.toSorted().join(' ');
        const known = loose.get(key);
        if (known) {
          if (!known.terms.includes(term)) known.terms.push(term);
        } else {
          const phrase = { words: heavy, terms: [term] };
          loose.set(key, phrase);
          for (const word of heavy) push(this.#byWord, word, phrase);
        }
      }
    }
    for (const word of words) for (const meaning of standsFor(word)) push(this.#spelled, meaning, word);
    this.spellings = new Spellings(words);
  }

  /** The phrases that a question holds, none sharing a word with another: those with most words first. */
  namedIn(words: readonly string[]): Named[] {
    const found: (Named & { weight: number })[] = [];
    for (let from = 0; from < words.length; from++) {
      for (let to = Math.min(words.length, from + this.#longest); to > from; to--) {
        const said = words.slice(from, to);
        // A name is meant before a word that leads there.
        const terms = this.#byName.get(said.join(' ')) ?? this.#inOrder.get(keyOf(said));
        // "Hot line" is one word to others.
        const asOne = terms || said.length !== 2 ? undefined : this.#inOrder.get(fold(said.join('')));
        if (terms ?? asOne)
          found.push({ at: said.map((_, i) => from + i), terms: (terms ?? asOne)!, weight: said.length + 0.5 });
      }
    }
    const meant = words.map((word) => (isLittle(word) && word !== 'me' ? [] : standsFor(word)));
    const spots = new Map<string, number>();
    for (const [at, list] of meant.entries()) for (const one of list) if (!spots.has(one)) spots.set(one, at);
    for (const [phrase, count] of this.#heldBy(spots.keys())) {
      if (count < phrase.words.length) continue;
      const at = [...new Set(phrase.words.map((word) => spots.get(word)!))].sort((a, b) => a - b);
      found.push({ at, terms: phrase.terms, weight: phrase.words.length });
    }
    found.sort((a, b) => b.weight - a.weight);
    const taken = new Set<number>();
    return found.filter(({ at }) => {
      if (at.some((spot) => taken.has(spot))) return false;
      for (const spot of at) taken.add(spot);
      return true;
    });
  }

  /** What a word is a misspelling of by the words beside it: "grin" beside "card". */
  inContext(typed: string, beside: readonly string[]): string | null {
    const around = new Set(beside.filter((word) => !isLittle(word) || word === 'me').flatMap(standsFor));
    let best: { word: string; of: number } | null = null;
    for (const [phrase, count] of this.#heldBy(around)) {
      if (count !== phrase.words.length - 1 || count <= (best?.of ?? 0)) continue;
      const lacking = phrase.words.find((word) => !around.has(word))!;
      const word = this.#spelled.get(lacking)?.find((one) => mayBe(typed, one));
      if (word) best = { word, of: count };
    }
    return best?.word ?? null;
  }

  #heldBy(words: Iterable<string>): Map<Phrase, number> {
    const counts = new Map<Phrase, number>();
    for (const word of words)
      for (const phrase of this.#byWord.get(word) ?? []) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
    return counts;
  }
}

/** One word is itself; of several, each is what it stands for. */
const keyOf = (said: readonly string[]): string =>
  said.length === 1 ? fold(said[0]!) : said.flatMap((word) => standsFor(word)).join(' ');

/** What the words that say something stand for. "Me pega" is said by both its words; "no" says nothing of what. */
function contentOf(said: readonly string[]): string[] {
  const heavy = [...new Set(said.filter((word) => !isLittle(word)).flatMap(standsFor))];
  const alone = heavy.filter((word) => word !== 'no').length === 1;
  return alone && said.includes('me') ? ['me', ...heavy] : heavy;
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
