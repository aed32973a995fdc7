/**
 * A provider's own values in a form and back: single values as they are, lists of telephone numbers, languages and areas as lines, people and prices
 * part by part, words of the taxonomy as choices.
 */
import { randomUUID } from 'node:crypto';
import { type Fields, type Rec, sameValue, shape } from '#modules/organisations';
import type { OwnTerm } from '../../own/read.ts';
import { usesOf } from '../../records/terms.ts';
import { hoursFromWords } from '../../spoken-hours.ts';
import { languageNamed } from '../../taxonomy/languages.ts';
import { changeable } from '../proposals.ts';
import { childLists, childrenFrom, type Entered, nothingUnseen, type Unseen } from './children.ts';
import { attributesFrom } from './terms.ts';

export type Control = 'text' | 'area' | 'number' | 'status' | 'lines' | 'hours' | 'children' | 'terms';

/** Controls that are many, each with a name of its own below the field's. */
export const inParts = (control: string): boolean => control === 'children' || control === 'terms';

/** Lists that are written as lines, and the part of a member that a line is. */
const lineOf: Record<string, 'number' | 'name'> = { phones: 'number', languages: 'name', service_areas: 'name' };
const areas = new Set([
  'description',
  'alert',
  'eligibility_description',
  'application_process',
  'interpretation_services',
  'wait_time',
  'fees_description',
  'fees',
  'transportation',
]);
const numbers = new Set(['minimum_age', 'maximum_age', 'year_incorporated']);
/** Values that a provider does not keep by hand. */
const notByHand = new Set(['logo', 'uri', 'tax_id', 'location_type', 'latitude', 'longitude', 'assurer_email']);

/** The fields of a record that its provider may write, and how each is written. */
export function controlsOf(rec: Rec): { name: string; control: Control }[] {
  return changeable(rec).flatMap((name): { name: string; control: Control }[] => {
    if (notByHand.has(name) || name.startsWith('external_')) return [];
    if (name === 'status') return [{ name, control: 'status' }];
    if (name === 'schedules') return [{ name, control: 'hours' }];
    if (lineOf[name]) return [{ name, control: 'lines' }];
    if (childLists.has(name)) return [{ name, control: 'children' }];
    if (name === 'attributes') return usesOf(rec.kind).length > 0 ? [{ name, control: 'terms' }] : [];
    if (shape[rec.kind][name]?.list) return [];
    return [{ name, control: numbers.has(name) ? 'number' : areas.has(name) ? 'area' : 'text' }];
  });
}

/** What a field's control shows. */
export const shownValue = (rec: Rec, { name, control }: { name: string; control: Control }): string =>
  control === 'lines'
    ? ((rec.fields[name] as Fields[] | undefined) ?? []).map((one) => one[lineOf[name]!] ?? '').join('\n')
    : control === 'hours' || inParts(control)
      ? ''
      : String(rec.fields[name] ?? '');

export interface Reading {
  /** The network's own terms. */
  own: readonly OwnTerm[];
  /** Children that the reader of the form was not shown. */
  unseen?: Unseen;
  now: Date;
}

/**
 * From the form to values: only what differs from what was shown; null takes a value out. Throws Problem.invalid by the names of controls for people and
 * prices that cannot be.
 */
export function valuesFrom(rec: Rec, entered: Entered, { own, unseen = nothingUnseen, now }: Reading): Fields {
  const out: Fields = {};
  for (const one of controlsOf(rec)) {
    if (inParts(one.control)) {
      if (!Object.keys(entered).some((name) => name.startsWith(`${one.name}.`))) continue;
      const value =
        one.control === 'terms'
          ? attributesFrom(rec, entered, own, unseen)
          : childrenFrom(rec, one.name, entered, unseen, now);
      if (!sameValue(value, rec.fields[one.name] ?? null)) out[one.name] = value;
      continue;
    }
    const text = (entered[one.name] ?? '').trim();
    if (entered[one.name] === undefined || text === shownValue(rec, one).trim()) continue;
    out[one.name] = text === '' ? null : valueOf(rec, one, text);
  }
  return out;
}

function valueOf(rec: Rec, { name, control }: { name: string; control: Control }, text: string): unknown {
  if (control === 'number') return Number(text.replace(',', '.'));
  if (control === 'hours') return hours(text);
  if (control !== 'lines') return text;
  const part = lineOf[name]!;
  const old = (rec.fields[name] as Fields[] | undefined) ?? [];
  const lines = [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
  return lines.map((line, at) => {
    const same = old.find((one) => one[part] === line);
    if (same) return same;
    // A number written over another is that one corrected: it keeps its id, and so who sees it.
    const was = old[at];
    if (name === 'phones' && was && lines.length === old.length && !lines.includes(String(was[part])))
      return { ...was, [part]: line };
    const language = name === 'languages' ? languageNamed(line) : null;
    return language
      ? { id: randomUUID(), name: language.name.en, code: language.code }
      : { id: randomUUID(), [part]: line };
  });
}

/** Hours as written; what has no certain reading stays words. */
export const hours = (text: string): Fields[] =>
  (hoursFromWords(text) ?? [{ description: text }]).map((fields) => ({ id: randomUUID(), ...fields }));
