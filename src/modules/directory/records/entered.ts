/** From what a form sent to the values of a record: one field or one child at a time, each fault named with what to enter instead. */
import { randomUUID } from 'node:crypto';
import { type Fields, type Kind, shape } from '#modules/organisations';
import type { FieldErrors, Ui } from '#ui';
import { languageNamed } from '../taxonomy/languages.ts';
import { type Control, controlOf, enterKey, missingKey, type Part, partsOf, plainDays, weekdays } from './controls.ts';
import { type Child } from './sections.ts';

export interface FormValues {
  fields: Record<string, string>;
  lists: Record<string, string[]>;
}

const text = (form: FormValues, name: string): string => (form.fields[name] ?? '').trim();

const enterWords = (ui: Pick<Ui, 't'>, control: Control): string => ui.t(enterKey(control));

function valueOf(control: Control, said: string): unknown {
  if (said === '') return undefined;
  if (control === 'number') {
    const number = Number(said.replace(',', '.'));
    return Number.isFinite(number) ? number : said;
  }
  if (control === 'yes') return said === 'yes' ? true : undefined;
  if (control === 'url' && !/^[a-z]+:/i.test(said)) return `https://${said}`;
  if (control === 'time') return said.replace(/^(\d):/, '0$1:').replace(/^(\d\d:\d\d):00$/, '$1');
  return said;
}

/** The fields of one group, from a form, on top of what the record says. What is left empty is taken out, with its translation. */
export function enteredGroup(
  ui: Pick<Ui, 't'>,
  kind: Kind,
  before: Fields,
  names: readonly string[],
  form: FormValues,
): { fields: Fields; errors: FieldErrors } {
  const fields: Fields = { ...before };
  const errors: FieldErrors = {};
  const spanish = { ...spanishOf(before) };
  for (const name of names) {
    const { words, value: schema } = shape[kind][name]!;
    const control = controlOf(name);
    const value = valueOf(control, text(form, words ? `${name}.en` : name));
    if (value === undefined) delete fields[name];
    else if (schema.safeParse(value).success) fields[name] = value;
    else errors[words ? `${name}.en` : name] = enterWords(ui, control);
    if (!words) continue;
    const other = text(form, `${name}.es`);
    if (other === '') delete spanish[name];
    else spanish[name] = other;
    if (other !== '' && value === undefined) errors[`${name}.en`] = ui.t('directory.records.enter.englishFirst');
    if (other !== '' && !schema.safeParse(other).success) errors[`${name}.es`] = enterWords(ui, control);
  }
  setSpanish(fields, spanish);
  return { fields, errors };
}

/** The words of a record, or of a child, in Spanish. */
export const spanishOf = (of: Fields | null): Record<string, string> =>
  (of?.translations as { es?: Record<string, string> } | undefined)?.es ?? {};

export function setSpanish(fields: Fields, spanish: Record<string, string>): void {
  const { es: _, ...others } = (fields.translations as Record<string, unknown> | undefined) ?? {};
  const all = Object.keys(spanish).length > 0 ? { ...others, es: spanish } : others;
  if (Object.keys(all).length > 0) fields.translations = all;
  else delete fields.translations;
}

/** One child of a list, from a form, on top of what it was; what the form does not ask for (attributes, parts not named) stays. */
export function enteredChild(
  ui: Pick<Ui, 't'>,
  list: string,
  before: Child | null,
  form: FormValues,
  now: Date,
  parts: readonly Part[] = partsOf[list]!,
): { child: Child; errors: FieldErrors } {
  const child: Child = { ...before, id: before?.id ?? randomUUID() };
  const errors: FieldErrors = {};
  const spanish = { ...spanishOf(before) };
  for (const part of parts) {
    const value = partFrom(part, before, form);
    if (value === undefined) delete child[part.name];
    else child[part.name] = value;
    if (value === undefined && part.need) errors[part.name] = ui.t(missingKey(part.control));
    if (!part.words) continue;
    const other = text(form, `${part.name}.es`);
    if (other === '') delete spanish[part.name];
    else spanish[part.name] = other;
    if (other !== '' && value === undefined) errors[`${part.name}.en`] = ui.t('directory.records.enter.englishFirst');
  }
  setSpanish(child, spanish);
  if (list === 'languages') Object.assign(child, languageFrom(text(form, 'name')));
  if (list === 'capacities') child.updated = now.toISOString();
  if (list === 'schedules') errorsOfHours(ui, child, errors);
  if (Object.keys(child).every((name) => name === 'id' || name === 'updated'))
    errors[fieldOf(partsOf[list]![0]!)] ??= ui.t('directory.records.enter.something');
  return { child, errors };
}

/** What the control of a part is called; of words, that of the English. */
const fieldOf = (part: Part): string => (part.words ? `${part.name}.en` : part.name);

function partFrom(part: Part, before: Child | null, form: FormValues): unknown {
  const said = text(form, fieldOf(part));
  if (part.control === 'days') {
    if (form.fields['days-shown'] === undefined) return said === '' ? undefined : said.toUpperCase().replace(/\s/g, '');
    const ticked = form.lists[part.name] ?? [];
    return ticked.length > 0 ? weekdays.filter((day) => ticked.includes(day)).join(',') : undefined;
  }
  if (part.control === 'languages') {
    const names = said
      .split(/[,;\n]/)
      .map((one) => one.trim())
      .filter(Boolean);
    const old = (before?.[part.name] as Child[] | undefined) ?? [];
    const all = names.map((one) => old.find((was) => was.name === one) ?? { id: randomUUID(), ...languageFrom(one) });
    return all.length > 0 ? all : undefined;
  }
  if (part.control === 'numbers') {
    const old = (before?.[part.name] as Child[] | undefined) ?? [];
    const numbers = said
      .split(/[\n;]/)
      .map((one) => one.trim())
      .filter(Boolean);
    const all = numbers.map((one) => old.find((was) => was.number === one) ?? { id: randomUUID(), number: one });
    return all.length > 0 ? all : undefined;
  }
  if (part.control === 'unit') {
    const old = before?.unit as Child | undefined;
    return said === '' ? undefined : { ...old, id: old?.id ?? randomUUID(), name: said };
  }
  return valueOf(part.control, said);
}

function languageFrom(said: string): Fields {
  const known = languageNamed(said);
  return known ? { name: known.name.en, code: known.code } : { name: said };
}

/** A row of hours says days, a time, a closure or words; a weekly row without its rule gets one. */
function errorsOfHours(ui: Pick<Ui, 't'>, child: Child, errors: FieldErrors): void {
  if (child.byday !== undefined && plainDays(child.byday)) child.freq ??= 'WEEKLY';
  if (child.freq === 'WEEKLY' && child.byday === undefined && child.dtstart === undefined) delete child.freq;
  if (child.closed === true && child.valid_from === undefined && child.byday === undefined)
    errors.valid_from = ui.t('directory.records.enter.closedDay');
  if (child.valid_from && child.valid_to && String(child.valid_to) < String(child.valid_from))
    errors.valid_to = ui.t('directory.records.enter.later');
}

/** Faults of a list as a whole, put to the parts of the child that was entered. */
export function faultsOfList(
  ui: Pick<Ui, 't'>,
  kind: Kind,
  list: string,
  all: readonly Child[],
  child: Child,
): FieldErrors {
  const checked = shape[kind][list]!.value.safeParse(all);
  const errors: FieldErrors = {};
  for (const issue of checked.error?.issues ?? []) {
    const [at, name] = issue.path;
    if (typeof at === 'number' && all[at]?.id !== child.id) continue;
    const translated = name === 'translations' ? issue.path.slice(2) : null;
    const part = partsOf[list]!.find((one) => one.name === (translated ? translated[1] : name)) ?? partsOf[list]![0]!;
    errors[translated ? `${part.name}.es` : fieldOf(part)] ??= enterWords(ui, part.control);
  }
  return errors;
}
