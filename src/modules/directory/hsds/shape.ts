/**
 * One record between our shape (src/modules/organisations/shape.ts) and HSDS 3.1, both ways, without a database. The names are the same; what differs
 * is what HSDS has no field for. That travels as attributes with `link_type: 'waymark'`, so that it survives JSON and tables alike:
 *
 *   label                 value          stands for
 *   translation:es:name   the Spanish    `translations.es.name` of the record, or of one of its areas or phone numbers
 *   closed                true           `closed` of a schedule: a day without hours
 *   confidential_place    true           a service that is also offered at a place nobody is told (read only)
 *
 * HSDS knows no null: what is not known is left out.
 */
import { createHash } from 'node:crypto';
import { type Fields, type Kind, shape } from '#engines/record-shape';

/** A taxonomy term as HSDS has it, with `taxonomy_detail`; undefined where the term is not known here. */
export type TermOf = (id: string) => Fields | undefined;

export const ownLinkType = 'waymark';

/** What HSDS calls the entries of a list inside a record. */
const entityOf: Record<string, string> = {
  phones: 'phone',
  contacts: 'contact',
  schedules: 'schedule',
  service_areas: 'service_area',
  languages: 'language',
  addresses: 'address',
  accessibility: 'accessibility',
  additional_urls: 'url',
  additional_websites: 'url',
  funding: 'funding',
  cost_options: 'cost_option',
  required_documents: 'required_document',
  capacities: 'service_capacity',
  organization_identifiers: 'organization_identifier',
  unit: 'unit',
};

/** Fields that HSDS calls `format: uri`. */
const uriFields = new Set(['url', 'uri', 'website', 'schedule_link']);

/** A record in HSDS shape: its child lists inside, its links as ids. `term` gives attributes the detail of their term. */
export function toHsds(kind: Kind, body: Fields, term: TermOf = () => undefined): Fields {
  return entityToHsds(kind, body, term);
}

function entityToHsds(entity: string, value: Fields, term: TermOf): Fields {
  const out: Fields = {};
  const id = String(value.id);
  for (const [name, one] of Object.entries(value)) {
    if (one === undefined || one === null || name in ownFields || name === 'attributes') continue;
    const child = entityOf[name];
    if (Array.isArray(one)) {
      if (one.length > 0) out[name] = child ? one.map((each: Fields) => entityToHsds(child, each, term)) : one;
    } else if (child) out[name] = entityToHsds(child, one as Fields, term);
    else out[name] = uriFields.has(name) && typeof one === 'string' ? asUri(one) : one;
  }
  const attributes = [...((value.attributes as Fields[] | undefined) ?? []), ...ownAttributes(id, value)];
  if (attributes.length > 0) out.attributes = attributes.map((one) => attributeToHsds(entity, id, one, term));
  return out;
}

function attributeToHsds(entity: string, linkId: string, attribute: Fields, term: TermOf): Fields {
  const out: Fields = { ...attribute, link_id: linkId, link_entity: entity };
  const detail = attribute.taxonomy_term_id === undefined ? undefined : term(String(attribute.taxonomy_term_id));
  if (detail) out.taxonomy_term = detail;
  return out;
}

type Attribute = { id: string; link_type: string; label: string; value: string };

/** Our own fields as labelled values, in a stable order. */
const ownFields: Record<string, (value: unknown) => [label: string, value: string][]> = {
  closed: (value) => (value === true ? [['closed', 'true']] : []),
  confidential_place: (value) => (value === true ? [['confidential_place', 'true']] : []),
  translations: (value) =>
    Object.entries((value ?? {}) as Record<string, Record<string, string>>).flatMap(([locale, said]) =>
      Object.entries(said).map(([field, words]): [string, string] => [`translation:${locale}:${field}`, words]),
    ),
};

function ownAttributes(id: string, value: Fields): Attribute[] {
  return Object.entries(ownFields).flatMap(([field, labelled]) =>
    field in value
      ? labelled(value[field]).map(([label, text]) => ({
          id: derivedId(id, label),
          link_type: ownLinkType,
          label,
          value: text,
        }))
      : [],
  );
}

/** The same UUID (version 8) for the same record and label, so that reading a record again gives the same bytes. */
function derivedId(id: string, label: string): string {
  const bytes = createHash('sha256').update(`${id} ${label}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Web addresses as people type them, with what RFC 3986 does not allow percent-encoded; one that is right already stays as it is. */
function asUri(value: string): string {
  if (/^[\w\-.~:/?@!$&'()*+,;=%]*(#[\w\-.~:/?@!$&'()*+,;=%]*)?$/.test(value) && !/%(?![\da-f]{2})/i.test(value))
    return value;
  if (!URL.canParse(value)) return encodeURI(value.toWellFormed());
  return new URL(value).href.replace(
    /[^\w\-.~:/?#@!$&'()*+,;=%]|%(?![\da-f]{2})|(?<=#.*)#/gi,
    (letter) => `%${letter.codePointAt(0)!.toString(16).padStart(2, '0').toUpperCase()}`,
  );
}

/** Objects that HSDS nests where we keep an id. */
const nested = {
  organization: 'organization_id',
  program: 'program_id',
  service: 'service_id',
  location: 'location_id',
};

/**
 * The fields of a record from an HSDS object of its kind: nested records become ids, labelled attributes become our own fields again, nulls and empty
 * lists go. Values are not judged here (recordSchema does), and `id` is not among the fields.
 */
export function fromHsds(kind: Kind, hsds: Fields): Fields {
  const plain = entityFromHsds(hsds);
  for (const [name, link] of Object.entries(nested)) {
    const other = (plain[name] as Fields | undefined)?.id;
    if (other !== undefined) plain[link] ??= other;
  }
  const out: Fields = {};
  for (const name of [...Object.keys(shape[kind]), 'translations'])
    if (plain[name] !== undefined) out[name] = plain[name];
  return out;
}

/** Columns by which HSDS tables point back at what holds the row; inside a record they say nothing new. */
const pointers = new Set(['link_id', 'link_entity', 'taxonomy_term', 'metadata', 'unit_id']);

function entityFromHsds(value: Fields): Fields {
  const out: Fields = {};
  for (const [name, one] of Object.entries(value)) {
    if (one === undefined || one === null || pointers.has(name) || name === 'attributes') continue;
    if (Array.isArray(one)) {
      const each = one
        .filter((entry) => entry !== null)
        .map((entry) => (isFields(entry) ? entityFromHsds(entry) : entry));
      if (each.length > 0) out[name] = each;
    } else out[name] = isFields(one) ? entityFromHsds(one) : one;
  }
  const attributes = ((value.attributes as Fields[] | null | undefined) ?? []).filter(isFields);
  const kept = attributes.filter((one) => !takeOwn(out, one)).map(attributeFromHsds);
  if (kept.length > 0) out.attributes = kept;
  return out;
}

/** Puts a labelled value back into its field; false where the attribute is not one of ours. */
function takeOwn(out: Fields, attribute: Fields): boolean {
  if (attribute.link_type !== ownLinkType) return false;
  const [what, locale, field] = String(attribute.label ?? '').split(':');
  if (what === 'closed') out.closed = attribute.value === 'true';
  else if (
    what === 'translation' &&
    (locale === 'en' || locale === 'es') &&
    field &&
    Object.hasOwn(knownWords, field)
  ) {
    const translations = (out.translations ??= {}) as Record<string, Fields>;
    (translations[locale] ??= {})[field] = attribute.value;
  } else if (what !== 'confidential_place') return false;
  return true;
}

/** Fields of any kind that are said in words and may be translated. */
const knownWords = Object.fromEntries(
  Object.values(shape).flatMap((fields) =>
    Object.entries(fields).flatMap(([name, field]) => (field.words ? [[name, true]] : [])),
  ),
);

function attributeFromHsds(attribute: Fields): Fields {
  const out = entityFromHsds(attribute);
  const term = (attribute.taxonomy_term as Fields | null | undefined)?.id;
  if (term !== undefined && term !== null) out.taxonomy_term_id ??= term;
  return out;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What lists show: the fields that are one to one, without the lists inside. */
export const oneToOne = (hsds: Fields): Fields =>
  Object.fromEntries(Object.entries(hsds).filter(([, value]) => !Array.isArray(value)));
