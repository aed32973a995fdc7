/**
 * Every service that words find, in the order of a search: for programs that go through all of them and narrow them by what a search has no filter for.
 * Words are understood as in searchServices; only where its hits have places beside them does it know more. For the public alone.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#kernel';
import { asTsquery, type Condition, eachWord } from './condition.ts';
import { isLittle } from './little-words.ts';
import { type Plan, plan } from './plan.ts';
import type { TermBook } from './terms.ts';
import { askedWords, understand, type WordFact } from './understand.ts';

/** One way to read the words; `plan` null finds no service. `inOwn` asks the same of the stems of a text that belongs to no service. */
export interface Reading {
  plan: Plan | null;
  inOwn: string;
}

/**
 * The readings of a text, to be tried until one finds something: all of its words, those that some service has, any of them. None when the text has no
 * words.
 */
export async function readingsOf(tx: Tx, networkId: string, text: string, terms: TermBook): Promise<Reading[]> {
  const asked = askedWords(text);
  if (asked.length === 0) return [];
  const { rows } = await sql<{ facts: WordFact[] }>`select site.directory_words(${asked}::text[]) as facts`.execute(tx);
  const understood = understand(asked, rows[0]!.facts, terms);
  const { groups, missing, whole } = understood;
  const of = (loose: boolean): Plan | null =>
    groups.length > 0 || whole.length > 0 ? plan(networkId, { text }, understood, terms, loose) : null;
  // A word that no service has may be the name of an organization without one.
  const own = rows[0]!.facts.flatMap((fact) => {
    const meant = groups.filter((group) => group.from === fact.word).map(({ stems }) => ({ any: stems }));
    const said: Condition[] = meant.length > 0 ? meant : alone(fact);
    return said.map((stems) => ({ stems, known: !missing.includes(fact.word) }));
  });
  const conditions = (parts: typeof own) => parts.map(({ stems }) => stems);
  const readings: Reading[] = [
    { plan: missing.length > 0 ? null : of(false), inOwn: asTsquery({ all: conditions(own) }) },
  ];
  if (missing.length > 0)
    readings.push({ plan: of(false), inOwn: asTsquery({ all: conditions(own.filter((part) => part.known)) }) });
  if (own.length > 1) readings.push({ plan: of(groups.length > 1), inOwn: asTsquery({ any: conditions(own) }) });
  return readings;
}

const alone = ({ word, en, es }: WordFact): Condition[] =>
  en === '' || es === '' || isLittle(word) ? [] : [{ any: [...new Set([en || word, es || word])] }];

/** Rows (service_id, owner_id, place) of the services that a plan finds; `among` an array of ids, or null for all. In a transaction of the public. */
export function inOrder(found: Plan, among: RawBuilder<unknown>): RawBuilder<unknown> {
  const { groups, byName } = found;
  return sql`site.directory_order(${asTsquery(found.wanted)}, ${byName && asTsquery(byName)}, ${eachWord(groups, '')}::text[], ${eachWord(groups, ':A')}::text[],
    ${eachWord(groups, ':B')}::text[], ${eachWord(groups, ':C')}::text[], ${groups.map((group) => group.weight)}::real[], ${found.loose}, ${found.terms}::uuid[],
    ${found.below}::uuid[], ${found.phrase}, ${among})`;
}
