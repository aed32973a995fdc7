/**
 * The taxonomy as a search needs it: a term's words in both languages, what stands above it, and which terms a question names (phrases.ts).
 */
import { defaultTaxonomy } from '../taxonomy/index.ts';
import { Phrases } from './phrases.ts';
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
  readonly #terms: readonly SearchTerm[];
  readonly #byId = new Map<string, SearchTerm>();
  readonly #byCode = new Map<string, SearchTerm>();
  readonly #byName = new Map<string, SearchTerm[]>();
  readonly #below = new Map<string, string[]>();
  #phrases: Phrases | null = null;

  constructor(terms: readonly SearchTerm[]) {
    this.#terms = terms;
    for (const term of terms) {
      this.#byId.set(term.id, term);
      this.#byCode.set(term.code, term);
      push(this.#byName, plain(term.name.en), term);
      if (term.parent !== null) push(this.#below, term.parent, term.id);
    }
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

  /** Of a term and what stands above it the narrower is meant: "therapy" is counseling, not all of prevention and treatment. */
  narrowest(terms: readonly SearchTerm[]): SearchTerm[] {
    const above = new Set(terms.flatMap(({ id }) => this.withAncestors(id).slice(1)));
    return terms.filter((term) => !above.has(term));
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

  /** The keys (rows.ts) of services that carry the term; none for terms that services are not sorted by. */
  keysOf(term: SearchTerm): string[] {
    const [root] = this.withAncestors(term.id).at(-1)!.code.split('.') as [string];
    const letter = { situation: 't', specialisation: 's', accessibility: 'x' }[root];
    if (letter) return [`${letter}:${term.id}`];
    return ['age', 'gender', 'household', 'cost', 'intake'].includes(root)
      ? []
      : this.sameAs(term.id).map((id) => `n:${id}`);
  }

  get phrases(): Phrases {
    this.#phrases ??= new Phrases(this.#terms.filter((term) => this.keysOf(term).length > 0));
    return this.#phrases;
  }
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
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
