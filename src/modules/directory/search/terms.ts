/**
 * The taxonomy as a search needs it: a term's words in both languages, what stands above it, and which term a phrase names.
 */
import { defaultTaxonomy } from '../taxonomy/index.ts';
import { plain } from './words.ts';

/** A term of the default taxonomy or of a network. `parent` and `related` are codes. */
export interface SearchTerm {
  id: string;
  code: string;
  parent: string | null;
  name: { en: string; es: string };
  synonyms: { en: string[]; es: string[] };
  related?: string[];
}

export class TermBook {
  readonly #byId = new Map<string, SearchTerm>();
  readonly #byCode = new Map<string, SearchTerm>();
  readonly #byPhrase = new Map<string, SearchTerm[]>();
  readonly #byName = new Map<string, SearchTerm[]>();
  readonly #below = new Map<string, string[]>();
  /** Words of the longest phrase. */
  readonly longest: number;

  constructor(terms: readonly SearchTerm[]) {
    let longest = 1;
    for (const term of terms) {
      this.#byId.set(term.id, term);
      this.#byCode.set(term.code, term);
      push(this.#byName, plain(term.name.en), term);
      if (term.parent !== null) push(this.#below, term.parent, term.id);
      for (const phrase of new Set(phrasesOf(term).map(plain))) {
        if (phrase === '') continue;
        push(this.#byPhrase, phrase, term);
        longest = Math.max(longest, phrase.split(' ').length);
      }
    }
    this.longest = longest;
  }

  byId(id: string): SearchTerm | undefined {
    return this.#byId.get(id);
  }

  /** The term and those above it, nearest first. */
  withAncestors(id: string): SearchTerm[] {
    const out: SearchTerm[] = [];
    for (let term = this.#byId.get(id); term && !out.includes(term); term = this.#byCode.get(term.parent ?? ''))
      out.push(term);
    return out;
  }

  /** Ids of the terms right below a term. */
  below(id: string): readonly string[] {
    return this.#below.get(this.#byId.get(id)?.code ?? '') ?? [];
  }

  /** Ids that mean the same need: a taxonomy may list one name in several places. */
  sameAs(id: string): string[] {
    const term = this.#byId.get(id);
    return term ? this.#byName.get(plain(term.name.en))!.map((one) => one.id) : [id];
  }

  /** Ids that a search for the term brings along. */
  related(term: SearchTerm): string[] {
    return (term.related ?? []).flatMap((code) => this.#byCode.get(code)?.id ?? []);
  }

  /**
   * Terms that these words name exactly in any language: those of that name, and only where there is none those with such a synonym. Of a term and
   * what stands above it the narrower is meant: "therapy" is counseling, not all of prevention and treatment.
   */
  named(words: readonly string[]): SearchTerm[] {
    const phrase = words.join(' ');
    const all = this.#byPhrase.get(phrase) ?? [];
    const ofName = all.filter(({ name }) => plain(name.en) === phrase || plain(name.es) === phrase);
    const named = ofName.length > 0 ? ofName : all;
    if (named.length < 2) return named;
    const above = new Set(named.flatMap(({ id }) => this.withAncestors(id).slice(1)));
    return named.filter((term) => !above.has(term));
  }
}

const phrasesOf = ({ name, synonyms }: SearchTerm) => [name.en, name.es, ...synonyms.en, ...synonyms.es];

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

let standard: TermBook | undefined;

/** The default taxonomy, read once. */
export function defaultTerms(): TermBook {
  standard ??= new TermBook(defaultTaxonomy().terms);
  return standard;
}
