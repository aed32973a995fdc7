/**
 * What a service says of itself in attributes, read in one place for search, pages and figures: whether it serves minors, costs nothing, takes
 * referrals now, and takes a warm transfer. What nobody said is no yes.
 */
import type { Fields } from '#modules/organisations';

export type Attribute = { id?: string; taxonomy_term_id?: string; link_type?: string; value?: string; label?: string };

const saysYes = /^(yes|true|y|si|sí)$/i;
const saysNo = /^(no|false|n)$/i;
const saysFree = /^(free|none|no (cost|charge|charges|fee|fees)|gratis|gratuito|sin costo|ninguno)\b/i;

const list = <T>(fields: Fields, name: string): T[] => (fields[name] as T[] | undefined) ?? [];

/** All that a service says under one name, as the link type, the label, or the value of a `feature`. */
const said = (attributes: readonly Attribute[], name: string): Attribute[] =>
  attributes.filter(
    (one) => one.link_type === name || one.label === name || (one.link_type === 'feature' && one.value === name),
  );
const yes = (attributes: readonly Attribute[], name: string) =>
  said(attributes, name).some((one) => one.value === name || saysYes.test(one.value ?? ''));
const no = (attributes: readonly Attribute[], name: string) =>
  said(attributes, name).some((one) => saysNo.test(one.value ?? ''));

/** Serves people under 18: says so, or takes people from an age below 18 and does not say otherwise. */
export function servesMinors(body: Fields, attributes: readonly Attribute[] = list(body, 'attributes')): boolean {
  if (yes(attributes, 'minors') || yes(attributes, 'accepts_minors')) return true;
  if (no(attributes, 'minors') || no(attributes, 'accepts_minors')) return false;
  return typeof body.minimum_age === 'number' && body.minimum_age < 18;
}

export function isFree(body: Fields, attributes: readonly Attribute[] = list(body, 'attributes')): boolean {
  const options = list<{ option?: string; amount?: number }>(body, 'cost_options');
  return (
    options.some((one) => one.amount === 0 || saysFree.test(one.option ?? '')) ||
    attributes.some((one) => one.link_type === 'cost' && saysFree.test(one.value ?? one.label ?? '')) ||
    ['fees_description', 'fees'].some((name) => saysFree.test(String(body[name] ?? '').trim()))
  );
}

export type Accepting = 'yes' | 'waitlist' | 'no' | 'unknown';

/** Whether the service takes referrals now. */
export function accepting(body: Fields, attributes: readonly Attribute[] = list(body, 'attributes')): Accepting {
  const values = said(attributes, 'accepting_referrals').map((one) => one.value ?? '');
  if (values.some((value) => saysYes.test(value))) return 'yes';
  if (values.some((value) => /^wait/i.test(value))) return 'waitlist';
  return values.some((value) => saysNo.test(value)) ? 'no' : 'unknown';
}

/** Whether an advocate may stay on the line while the service picks up. */
export function warmTransfer(
  body: Fields,
  attributes: readonly Attribute[] = list(body, 'attributes'),
): 'yes' | 'no' | 'ask' | 'unknown' {
  const values = said(attributes, 'warm_transfer').map((one) => one.value ?? '');
  if (values.some((value) => saysYes.test(value))) return 'yes';
  if (values.some((value) => /^ask/i.test(value))) return 'ask';
  return values.some((value) => saysNo.test(value)) ? 'no' : 'unknown';
}

/** The ids of the terms a record is linked to in one way. */
export const termsLinked = (body: Fields, type: string): string[] =>
  list<Attribute>(body, 'attributes')
    .filter((one) => one.link_type === type && one.taxonomy_term_id)
    .map((one) => one.taxonomy_term_id!);
