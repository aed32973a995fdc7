/**
 * The application's questions, page by page: one list that draws the forms, checks what was entered and shows the answers again. A network of
 * helpers has several services and places, so pages about them come once for each.
 */
import { parseInput, Problem } from '#kernel';
import { z } from 'zod';
import { languages } from '../../taxonomy/languages.ts';
import { type Term, termsOf, type VocabularyCode } from '../../taxonomy/index.ts';

export type Kind = 'text' | 'area' | 'email' | 'tel' | 'url' | 'age' | 'one' | 'many';

export interface Question {
  name: string;
  kind: Kind;
  optional?: true;
  hint?: true;
  /** Most letters; default 300, of an area 4,000. */
  max?: number;
  /** For `one` and `many`. `word`: said by a message `directory.vetting.choice.<value>`; else by a term or a language. */
  choices?: () => Choice[];
  /** Long lists are closed until somebody opens them. */
  folded?: true;
  autocomplete?: string;
  rows?: number;
}

export type Choice = { value: string; word: true } | { value: string; name: { en: string; es: string } };

const words = (...values: string[]) => values.map((value): Choice => ({ value, word: true }));
const yesNo = () => words('yes', 'no');
const named = (terms: readonly Term[]) => terms.map(({ code, name }): Choice => ({ value: code, name }));
const terms = (vocabulary: VocabularyCode) => () => named(termsOf(vocabulary));
const below = (parent: string) => () => named(termsOf('service').filter((term) => term.parent === parent));

/** The groups of services: their codes in the taxonomy, and the question about each. */
export const needGroups = {
  needsShelter: 'service.shelter',
  needsCrisis: 'service.crisis',
  needsSupport: 'service.support',
  needsLegal: 'service.legal',
  needsHealth: 'service.health',
  needsDaily: 'service.daily',
  needsGrowth: 'service.growth',
  needsCommunity: 'service.community',
} as const;

const commonLanguages = 'en es zh yue vi ar fr ko tl ru ht pt hi ase prs ps my kek quc mam'.split(' ');
const languageChoices = (): Choice[] =>
  languages()
    .filter(({ code }) => commonLanguages.includes(code))
    .map(({ code, name }) => ({ value: code, name }));

const area = (name: string, more: Partial<Question> = {}): Question => ({ name, kind: 'area', ...more });
const text = (name: string, more: Partial<Question> = {}): Question => ({ name, kind: 'text', ...more });

/** A page's questions. Pages `place`, `service` and `who` come once for each place and service. */
export const questions = {
  organisation: [
    text('orgName', { autocomplete: 'organization' }),
    area('orgDescription', { hint: true, max: 2_000 }),
    text('orgPhone', { kind: 'tel', max: 60, hint: true, autocomplete: 'tel' }),
    text('orgEmail', { kind: 'email', optional: true, autocomplete: 'email' }),
    text('orgWebsite', { kind: 'url', optional: true, hint: true }),
  ],
  practice: [
    area('survivors', { hint: true }),
    area('sustainable', { hint: true }),
    area('collaboration', { hint: true }),
    area('ability', { hint: true }),
  ],
  place: [
    { name: 'hidden', kind: 'one', hint: true, choices: yesNo },
    text('placeName'),
    text('street', { optional: true, autocomplete: 'off' }),
    text('city', { autocomplete: 'off' }),
    text('state', { max: 60, autocomplete: 'off' }),
    text('zip', { max: 20, autocomplete: 'off' }),
    { name: 'access', kind: 'many', optional: true, folded: true, choices: terms('accessibility') },
  ],
  service: [
    text('serviceName', { hint: true }),
    area('serviceDescription', { hint: true, max: 2_000 }),
    ...Object.entries(needGroups).map(
      ([name, parent]): Question => ({ name, kind: 'many', optional: true, folded: true, choices: below(parent) }),
    ),
    { name: 'languages', kind: 'many', choices: languageChoices },
    text('otherLanguages', { optional: true, hint: true }),
    text('hours', { hint: true }),
    text('servicePhone', { kind: 'tel', optional: true, hint: true, max: 60 }),
    { name: 'cost', kind: 'many', choices: terms('cost') },
    text('areas', { hint: true, max: 1_000 }),
  ],
  who: [
    { name: 'situations', kind: 'many', choices: terms('situation') },
    { name: 'genders', kind: 'many', choices: terms('gender') },
    text('minimumAge', { kind: 'age', optional: true, hint: true }),
    text('maximumAge', { kind: 'age', optional: true, hint: true }),
    { name: 'specialisations', kind: 'many', optional: true, folded: true, choices: terms('specialisation') },
    { name: 'households', kind: 'many', optional: true, folded: true, choices: terms('household') },
    { name: 'include', kind: 'many', optional: true, hint: true, folded: true, choices: terms('intake') },
    { name: 'exclude', kind: 'many', optional: true, hint: true, folded: true, choices: terms('intake') },
    area('intakeNote', { optional: true, hint: true, max: 2_000, rows: 3 }),
    { name: 'warm', kind: 'one', hint: true, choices: () => words('yes', 'ask', 'no') },
  ],
  references: [
    text('firstName'),
    text('firstAgency'),
    text('firstContact', { hint: true }),
    text('secondName'),
    text('secondAgency'),
    text('secondContact'),
  ],
  contact: [
    text('contactName', { autocomplete: 'name' }),
    text('contactTitle', { optional: true, autocomplete: 'organization-title' }),
    text('contactPhone', { kind: 'tel', max: 60, autocomplete: 'tel' }),
    text('contactEmail', { kind: 'email', optional: true, autocomplete: 'email' }),
    { name: 'mail', kind: 'one', hint: true, choices: yesNo },
    { name: 'wantsPublic', kind: 'one', hint: true, choices: () => words('yes', 'later', 'no') },
  ],
} as const satisfies Record<string, readonly Question[]>;

export type PageKind = keyof typeof questions;
export const questionsOf = (kind: PageKind): readonly Question[] => questions[kind];

/** Values of one page: what was entered, one or several. */
export type PageValues = Record<string, string[]>;
/** All pages by their key: `organisation`, `place-1`, `service-2`, `who-2` … */
export type Answers = Record<string, PageValues>;

/** Most places and services in one application; more are added once the provider is listed. */
export const most = 8;
const pageKey = /^(?:(organisation|practice|references|contact)|(place|service|who)-([1-9]))$/;

/** The kind and number of a page from its key, or null when there is no such page. */
export function pageOf(key: string): { kind: PageKind; n: number } | null {
  const found = pageKey.exec(key);
  if (!found || Number(found[3] ?? 0) > most) return null;
  return { kind: (found[1] ?? found[2]) as PageKind, n: Number(found[3] ?? 0) };
}

/** Numbers of the places or services that have been entered, in order. */
export const entered = (answers: Answers, kind: 'place' | 'service'): number[] =>
  Array.from({ length: most }, (_, i) => i + 1).filter((n) => answers[`${kind}-${n}`]);

/** The next free number, or null when there are as many as may be. */
export const nextFree = (answers: Answers, kind: 'place' | 'service'): number | null =>
  Array.from({ length: most }, (_, i) => i + 1).find((n) => !answers[`${kind}-${n}`]) ?? null;

/** The pages of an application in the order they are filled in; at least one place and one service. */
export function pagesOf(answers: Answers): string[] {
  const at = (kind: 'place' | 'service') => (entered(answers, kind).length > 0 ? entered(answers, kind) : [1]);
  return [
    'organisation',
    'practice',
    ...at('place').map((n) => `place-${n}`),
    ...at('service').flatMap((n) => [`service-${n}`, `who-${n}`]),
    'references',
    'contact',
  ];
}

const phone = /^[+()\d\s.x/-]{7,60}$/i;

const line = (max: number) => z.string().trim().max(max);
const rule = (question: Question): z.ZodType<string> => {
  const max = question.max ?? (question.kind === 'area' ? 4_000 : 300);
  if (question.kind === 'email') return z.email().max(254);
  if (question.kind === 'tel') return line(max).regex(phone, 'directory.vetting.field.phone');
  if (question.kind === 'url') return line(max).refine(isWebAddress, 'directory.vetting.field.website');
  if (question.kind === 'age') return line(3).regex(/^(\d|[1-9]\d|1[01]\d|120)$/, 'directory.vetting.field.age');
  return line(max).min(1);
};

/** With or without the scheme, as people write it. */
export const webAddress = (text: string): string => (/^https?:\/\//i.test(text) ? text : `https://${text}`);
const isWebAddress = (text: string) =>
  URL.canParse(webAddress(text)) && /\.[a-z]{2,}$/i.test(new URL(webAddress(text)).hostname);

/**
 * Reads one page as entered. `whole`: required answers must be there (before it goes on); without it what is there is kept as it is, to be finished
 * later. Choices that are not offered are dropped. Throws Problem.invalid.
 */
export function readPage(kind: PageKind, raw: Record<string, string[]>, whole: boolean): PageValues {
  const values: PageValues = {};
  const shape: Record<string, z.ZodType> = {};
  const flat: Record<string, unknown> = {};
  const wrong: Problem['fields'] = {};
  for (const question of questionsOf(kind)) {
    const given = (raw[question.name] ?? []).map((one) => one.trim().slice(0, 8_000)).filter(Boolean);
    const offered = question.choices && new Set(question.choices().map(({ value }) => value));
    const kept = offered ? given.filter((one) => offered.has(one)) : given.slice(0, 1);
    if (kept.length > 0) values[question.name] = question.kind === 'one' ? kept.slice(0, 1) : kept;
    if (offered) {
      if (kept.length === 0 && !question.optional)
        wrong[question.name] = {
          key: question.kind === 'one' ? 'kernel.field.choose' : 'directory.vetting.field.some',
        };
    } else if (kept.length > 0) {
      shape[question.name] = rule(question);
      flat[question.name] = kept[0];
    } else if (!question.optional) wrong[question.name] = { key: 'kernel.field.required' };
  }
  if (kind === 'service' && !Object.keys(needGroups).some((name) => values[name]))
    wrong.needsShelter = { key: 'directory.vetting.field.needs' };
  if (kind === 'place' && values.hidden?.[0] === 'no' && !values.street)
    wrong.street = { key: 'directory.vetting.field.street' };
  if (kind === 'contact' && values.mail?.[0] === 'yes' && !values.contactEmail)
    wrong.contactEmail = { key: 'kernel.field.email' };
  const ages = [values.minimumAge?.[0], values.maximumAge?.[0]];
  if (ages[0] && ages[1] && Number(ages[0]) > Number(ages[1]))
    wrong.maximumAge = { key: 'directory.vetting.field.ages' };
  if (!whole) return values;
  // Who gives no address need not say whether we may write to it.
  if (kind === 'contact' && !values.mail && !values.contactEmail) {
    values.mail = ['no'];
    delete wrong.mail;
  }
  try {
    parseInput(z.object(shape), flat);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    Object.assign(wrong, { ...error.fields, ...wrong });
  }
  if (Object.keys(wrong).length > 0) throw Problem.invalid(wrong);
  return values;
}

/** The first page that is not finished, or null when all are. */
export function unfinished(answers: Answers): string | null {
  for (const key of pagesOf(answers)) {
    try {
      readPage(pageOf(key)!.kind, answers[key] ?? {}, true);
    } catch (error) {
      if (error instanceof Problem) return key;
      throw error;
    }
  }
  return null;
}
