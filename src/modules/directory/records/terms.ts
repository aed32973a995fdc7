/**
 * What a record says with words of the taxonomy: which vocabularies each kind of record uses, for what, and how a form's ticks become attributes. A
 * network's own terms stand under the default ones; those that have ended are kept where they are and offered nowhere new.
 */
import { randomUUID } from 'node:crypto';
import type { Fields, Kind } from '#modules/organisations';
import type { OwnTerm } from '../own/read.ts';
import { defaultTaxonomy, termByCode, type VocabularyCode } from '../taxonomy/index.ts';
import { type Child, childrenIn } from './sections.ts';

export interface Use {
  key: string;
  /** `link_type` of its attributes; two for what is let in and what is not. */
  types: string[];
  vocabularies: VocabularyCode[];
}
const use = (key: string, types: string, vocabularies: VocabularyCode[]): Use => ({
  key,
  types: types.split(' '),
  vocabularies,
});

const needs = use('needs', 'need', ['service', 'open-eligibility']);
const specialisations = use('specialisations', 'specialisation', ['specialisation']);
const uses: Record<Kind, Use[]> = {
  organization: [specialisations],
  program: [needs, specialisations],
  service: [
    needs,
    specialisations,
    use('situations', 'trafficking', ['situation']),
    use('audience', 'audience', ['gender', 'age', 'household']),
    use('intake', 'eligibility_include eligibility_exclude', ['intake']),
    use('cost', 'cost', ['cost']),
    use('referrals', 'accepting_referrals warm_transfer feature', []),
  ],
  location: [use('accessibility', 'accessibility', ['accessibility'])],
  service_at_location: [],
};
export const usesOf = (kind: Kind): Use[] => uses[kind];

/** A term as a form offers it. `path`: names of those above it. */
export interface Offered {
  id: string;
  name: { en: string; es: string };
  path: { en: string; es: string }[];
  ended: boolean;
}
export interface OfferedGroup {
  name: { en: string; es: string };
  terms: Offered[];
}

interface AnyTerm {
  id: string;
  code: string;
  parent: string | null;
  name: { en: string; es: string };
  endedOn?: string | null;
}

/** The terms of one use in groups by what stands on top, own ones where they hang; ended ones only where they are chosen. */
export function offered(one: Use, own: readonly OwnTerm[], chosen: ReadonlySet<string>): OfferedGroup[] {
  const ownByCode = new Map(own.map((term) => [term.code, term]));
  const above = (term: AnyTerm): AnyTerm[] => {
    const out: AnyTerm[] = [];
    for (let up = term.parent; up && out.length < 20; ) {
      const next: AnyTerm | undefined = termByCode(up) ?? ownByCode.get(up);
      if (!next) break;
      out.unshift(next);
      up = next.parent;
    }
    return out;
  };
  const vocabularyOf = (term: AnyTerm): VocabularyCode | null =>
    termByCode((above(term)[0] ?? term).code)?.vocabulary ?? null;
  const groups = new Map<string, OfferedGroup>();
  const all: AnyTerm[] = [
    ...defaultTaxonomy().terms,
    ...own.filter((term) => term.endedOn === null || chosen.has(term.id)),
  ];
  for (const term of all) {
    // A term of the network's own that stands under nothing says what is needed.
    const vocabulary = vocabularyOf(term) ?? 'service';
    if (!one.vocabularies.includes(vocabulary)) continue;
    const path = above(term);
    const top = path[0] ?? term;
    const small = vocabulary !== 'service' && vocabulary !== 'open-eligibility';
    const key = small ? vocabulary : top.code;
    const vocabularyName = defaultTaxonomy().vocabularies.find(({ code }) => code === vocabulary)!.name;
    const group = groups.get(key) ?? { name: small ? vocabularyName : top.name, terms: [] };
    groups.set(key, group);
    group.terms.push({
      id: term.id,
      name: term.name,
      path: path.slice(small ? 0 : 1).map(({ name }) => name),
      ended: Boolean(term.endedOn),
    });
  }
  return [...groups.values()];
}

export const attributesOf = (fields: Fields, types: readonly string[]): Child[] =>
  childrenIn(fields, 'attributes').filter((one) => types.includes(String(one.link_type)));

/** The questions that one answer settles, and their answers. */
export const answers = {
  accepting_referrals: ['yes', 'waitlist', 'no'],
  warm_transfer: ['yes', 'ask', 'no'],
  accepts_minors: ['yes', 'no'],
} as const;
export type Question = keyof typeof answers;
export const questions = Object.keys(answers) as Question[];

const isAnswerTo = (question: Question) => (one: Child) => one.link_type === question || one.label === question;

export const answerIn = (fields: Fields, question: Question): string =>
  String(childrenIn(fields, 'attributes').find(isAnswerTo(question))?.value ?? '');

/** The attributes of a record when these terms are chosen for one use: what was there keeps its id and so its mark. `chosen`: term or attribute id → link type. */
export function withTerms(
  fields: Fields,
  one: Use,
  shown: ReadonlySet<string>,
  chosen: ReadonlyMap<string, string>,
  freeTerm = termByCode('cost.free')?.id,
): Fields {
  const before = childrenIn(fields, 'attributes');
  const left = before.filter((attribute) => {
    if (!one.types.includes(String(attribute.link_type))) return true;
    const term = String(attribute.taxonomy_term_id ?? attribute.id);
    if (!shown.has(term) && !shown.has(attribute.id)) return true;
    return (chosen.get(term) ?? chosen.get(attribute.id)) === attribute.link_type;
  });
  const has = new Set(
    left.map((attribute) => `${String(attribute.link_type)} ${String(attribute.taxonomy_term_id ?? attribute.id)}`),
  );
  const added = [...chosen].flatMap(([term, type]): Child[] =>
    has.has(`${type} ${term}`) || before.some((attribute) => attribute.id === term)
      ? []
      : [
          {
            id: randomUUID(),
            taxonomy_term_id: term,
            link_type: type,
            ...(type === 'cost' && term === freeTerm ? { value: 'free' } : {}),
          },
        ],
  );
  return withAttributes(fields, [...left, ...added]);
}

/** The attributes of a record with one answer to each question; an empty answer takes it out. */
export function withAnswers(fields: Fields, given: Readonly<Record<string, string | undefined>>): Fields {
  let all = childrenIn(fields, 'attributes');
  for (const question of questions) {
    const value = given[question] ?? '';
    const old = all.find(isAnswerTo(question));
    const known = (answers[question] as readonly string[]).includes(value);
    if (old && old.value === value) continue;
    if (!known) all = value === '' ? all.filter((one) => one !== old) : all;
    else if (old) all = all.map((one) => (one === old ? { ...old, value } : one));
    else
      all = [
        ...all,
        { id: randomUUID(), link_type: question === 'accepts_minors' ? 'feature' : question, label: question, value },
      ];
  }
  return withAttributes(fields, all);
}

function withAttributes(fields: Fields, all: readonly Child[]): Fields {
  const { attributes: _, ...others } = fields;
  return all.length > 0 ? { ...others, attributes: all } : others;
}
