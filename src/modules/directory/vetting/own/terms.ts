/**
 * What a provider says of itself in words of the taxonomy, in its own form: needs, whom it knows well how to help, kinds of trafficking, whom it takes in
 * and whom not, referrals, minors, warm transfer. The names of controls are `attributes.<use>.<term id or question>`; `attributes.<use>.shown` says that
 * the form asked for that use at all. What the reader may not see stays as it is.
 */
import type { Fields, Rec } from '#modules/organisations';
import type { OwnTerm } from '../../own/read.ts';
import { childrenIn } from '../../records/sections.ts';
import {
  answerIn,
  attributesOf,
  offered,
  type OfferedGroup,
  questions,
  type Use,
  usesOf,
  withAnswers,
  withTerms,
} from '../../records/terms.ts';
import type { Entered, Unseen } from './children.ts';

/** One use as a form asks for it: the terms on offer and what is chosen now, as far as the reader may see it. */
export interface UseAsked {
  use: Use;
  groups: OfferedGroup[];
  /** Term id → link type. */
  chosen: ReadonlyMap<string, string>;
  /** Question → answer. */
  answers: Readonly<Record<string, string>>;
}

const withoutUnseen = (rec: Pick<Rec, 'fields'>, unseen: Unseen): Fields => ({
  attributes: childrenIn(rec.fields, 'attributes').filter((one) => !unseen.has(one.id)),
});

export function usesAsked(rec: Rec, own: readonly OwnTerm[], unseen: Unseen): UseAsked[] {
  const seen = withoutUnseen(rec, unseen);
  return usesOf(rec.kind).map((use) => {
    const chosen = new Map(
      attributesOf(seen, use.types)
        .filter((one) => one.taxonomy_term_id)
        .map((one) => [String(one.taxonomy_term_id), String(one.link_type)]),
    );
    const asks = use.key === 'referrals' ? questions : [];
    return {
      use,
      // A term of the network's own may be one that only records inside use: it is offered to whoever carries it already.
      groups: offered(
        use,
        own.filter((term) => chosen.has(term.id)),
        new Set(chosen.keys()),
      ),
      chosen,
      answers: Object.fromEntries(asks.map((question) => [question, answerIn(seen, question)])),
    };
  });
}

/** The attributes as they were entered; null for none. */
export function attributesFrom(rec: Rec, entered: Entered, own: readonly OwnTerm[], unseen: Unseen): Fields[] | null {
  let fields: Fields = rec.fields;
  for (const { use, groups, answers } of usesAsked(rec, own, unseen)) {
    const said = (name: string) => entered[`attributes.${use.key}.${name}`] ?? '';
    if (said('shown') !== 'yes') continue;
    if (use.key === 'referrals') {
      // An answer that was not shown stays, unless another is given.
      const given = questions.map((question) => {
        const value = said(question);
        return [question, value === '' && answers[question] === '' ? answerIn(fields, question) : value] as const;
      });
      fields = withAnswers(fields, Object.fromEntries(given));
      continue;
    }
    const kept = new Set(
      childrenIn(rec.fields, 'attributes')
        .filter((one) => unseen.has(one.id))
        .map((one) => String(one.taxonomy_term_id ?? one.id)),
    );
    const shown = new Set(groups.flatMap(({ terms }) => terms.map(({ id }) => id)));
    const chosen = new Map(
      [...shown].flatMap((id) => {
        const type = use.types.find((one) => one === said(id)) ?? (said(id) === 'yes' ? use.types[0]! : null);
        return type ? [[id, type] as const] : [];
      }),
    );
    fields = withTerms(fields, use, new Set([...shown].filter((id) => !kept.has(id))), chosen);
  }
  const all = childrenIn(fields, 'attributes');
  return all.length > 0 ? all : null;
}
