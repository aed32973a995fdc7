/** What the staff forms share: fields in and out of texts, numbers and lists, and one way to draw a form again with what to enter. */
import { page, Problem, type Req } from '#kernel';
import type { FieldErrors } from '#ui';
import { numberFrom } from '../../values-file.ts';

export type Values = Record<string, string>;

/** A form that could not be accepted: what was entered, and what to enter instead. */
export interface Refused {
  values: Values;
  errors: FieldErrors;
}

/** What a page draws in a form: nothing yet, or what was refused. */
export const blank: Refused = { values: {}, errors: {} };

/** A text in both languages from `name.en` and `name.es`; undefined when both are empty. An English text alone is enough, a Spanish one is not. */
export function textFrom(values: Values, name: string): { en: string; es?: string } | undefined {
  const en = (values[`${name}.en`] ?? '').trim();
  const es = (values[`${name}.es`] ?? '').trim();
  return en || es ? { en, ...(es && { es }) } : undefined;
}

/** A text back into its two fields. */
export const textTo = (name: string, text: { en?: string; es?: string } | null | undefined): Values => ({
  [`${name}.en`]: text?.en ?? '',
  [`${name}.es`]: text?.es ?? '',
});

export const textValue = (values: Values, name: string) => ({ en: values[`${name}.en`], es: values[`${name}.es`] });

/** Lines of a text area, trimmed, without empty ones. */
export const linesFrom = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** Gathers what is wrong while a form is read; `done` throws when something is. */
export class Reading {
  readonly #fields: Problem['fields'] = {};
  readonly values: Values;

  constructor(values: Values) {
    this.values = values;
  }

  wrong(field: string, key: string, values?: Record<string, unknown>): void {
    this.#fields[field] ??= { key, ...(values && { values }) };
  }

  text(name: string): string {
    return (this.values[name] ?? '').trim();
  }

  /** A number, or undefined when the field is empty. */
  number(name: string): number | undefined {
    const value = numberFrom(this.values[name] ?? '');
    if (value === undefined) this.wrong(name, 'plan.staff.field.number');
    return value ?? undefined;
  }

  /** A day that has come already. The shape of the day itself is for the action's schema to judge. */
  past(name: string, today: string): string {
    const day = this.text(name);
    if (day > today && /^\d{4}-\d{2}-\d{2}$/.test(day)) this.wrong(name, 'plan.staff.field.future');
    return day;
  }

  done(): void {
    if (Object.keys(this.#fields).length > 0) throw Problem.invalid(this.#fields);
  }
}

/** Names in a schema as names in the form: without the wrapper, and a list's members as the list. */
const formName = (field: string, prefix: string): string => {
  const bare = field.replace(/^fields\./, '').replace(/^(partners|themes|pillars|dependsOn|into|refs)\.\d+$/, '$1');
  return bare === 'form' ? '' : prefix + bare;
};

/**
 * Runs what a form asks for. A problem with what was entered (422) or with the state of things (409) draws the page again through `again`, with the
 * sentences for each field; anything else goes its way. Fields of a form that shares its page with others carry a `prefix`.
 */
export async function attempt(
  req: Req,
  run: () => Promise<Response>,
  again: (errors: FieldErrors, problem: Problem) => unknown,
  prefix = '',
): Promise<Response> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Problem) || (error.kind !== 'invalid' && error.kind !== 'conflict')) throw error;
    const { ui } = req;
    const errors: FieldErrors =
      error.kind === 'conflict'
        ? { '': ui.t(error.key, error.values) }
        : Object.fromEntries(
            Object.entries(error.fields).map(([field, said]) => {
              const name = field.startsWith(prefix) && prefix ? field : formName(field, prefix);
              return [name, ui.t(said.key, said.values)];
            }),
          );
    return page(await again(errors, error), error.status);
  }
}

/** Both languages of a required text: an empty English field is named as such and not as a missing object. */
export function needText(reading: Reading, name: string): { en: string; es?: string } {
  const text = textFrom(reading.values, name);
  if (!text?.en) reading.wrong(`${name}.en`, 'kernel.field.required');
  return text ?? { en: '' };
}

export interface Merged {
  /** What the form shows now: theirs where you changed nothing, yours where you did. */
  values: Values;
  /** Fields that both changed, differently: both texts must be seen. */
  both: { name: string; theirs: string; yours: string }[];
  /** Fields taken over from the other person. */
  taken: string[];
}

/** Puts two edits of one thing together, field by field, against what both began with. Nothing either of them wrote is lost. */
export function merge(base: Values, theirs: Values, yours: Values): Merged {
  const merged: Merged = { values: {}, both: [], taken: [] };
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(yours)])) {
    const [was, other, own] = [base[name] ?? '', theirs[name] ?? '', yours[name] ?? ''];
    merged.values[name] = own === was ? other : own;
    if (own === other) continue;
    if (own === was) merged.taken.push(name);
    else if (other !== was) merged.both.push({ name, theirs: other, yours: own });
  }
  return merged;
}
