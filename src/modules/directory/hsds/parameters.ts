/**
 * What a program may ask of the HSDS API, per list: names and meaning by HSDS 3.1 and its UK profile. Read from the query of a GET, from the query or
 * the body of a POST (form or JSON, so that words looked for stand in no address), and refused in words when a value does not fit. What is not known
 * here is left alone: programs ask many publishers the same question.
 */
import { z } from 'zod';
import type { Req } from '#kernel';

/** A message key of what to send instead; the parameter it is about. */
export interface Misfit {
  parameter: string;
  key: string;
}

const misfit = (key: string) => ({ error: `directory.hsds.bad.${key}` });

const integer = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, misfit('integer'))
    .transform(Number)
    .pipe(z.number().int().min(from, misfit('integer')).max(to, misfit('integer')));
const number = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,6})?$/, misfit('number'))
  .transform(Number)
  .pipe(z.number());
const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false', '1', '0'], misfit('flag')))
  .transform((value) => value === 'true' || value === '1')
  .pipe(z.boolean());
const id = z.guid(misfit('id')).toLowerCase();
const ids = z.array(id).max(20, misfit('many'));
const time = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?|24:00(:00)?)$/, misfit('time'));
const words = z.string().trim().max(200, misfit('words'));
/** JavaScript takes February 30 for March 2. */
function isInCalendar(value: string): boolean {
  const day = new Date(value.slice(0, 10));
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value.slice(0, 10));
}
/** A date is its first instant; without an offset it is UTC. A `+` that an address turned into a space is one again. */
const instant = z
  .string()
  .transform((value) => value.trim().replace(/ (?=\d\d:?\d\d$)/, '+'))
  .pipe(
    z
      .string()
      .regex(/^[12]\d{3}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i, misfit('instant'))
      .refine(isInCalendar, misfit('instant'))
      .transform((value) => {
        const whole = value.replace(' ', 'T').toUpperCase();
        return new Date(/T.*(Z|[+-]\d\d:?\d\d)$/.test(whole) || !whole.includes('T') ? whole : `${whole}Z`);
      })
      .pipe(z.date(misfit('instant'))),
  );
const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const day = z
  .string()
  .trim()
  .toLowerCase()
  .transform((value) => days.find((name) => [2, 3, name.length].some((letters) => value === name.slice(0, letters))))
  .pipe(z.enum(days, misfit('day')))
  .transform((name) => name.slice(0, 2).toUpperCase())
  .pipe(z.string());

const describe = <T extends z.ZodType>(type: T, what: string) => type.optional().describe(what);

const paging = {
  page: describe(integer(1, 1_000_000), 'Number of the page, from 1.'),
  per_page: describe(integer(1, 1_000_000), 'How many on a page: 50 if not said, at most 500 (100 with full).'),
  format: describe(
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(['json', 'ndjson'], misfit('format'))),
    'json (default), or ndjson: all results, one JSON object a line, without pages.',
  ),
};
const search = {
  search: describe(
    words,
    'What people type, in English or Spanish: misspellings, synonyms and names of terms are understood. Finds what has all the words, else what has some. Send it by POST to keep it out of addresses.',
  ),
};
const searchTerms = { search: describe(words, 'Every word must be found, in English or Spanish.') };
const terms = {
  taxonomy_term_id: describe(ids, 'Records with this taxonomy term. Given several times: with each of them.'),
  taxonomy_id: describe(ids, 'Records with any term of this taxonomy.'),
};
const full = { full: describe(flag, 'true: each with all its related data.') };
const owned = {
  organization_id: describe(id, 'Of this organization.'),
  modified_after: describe(
    instant,
    'Changed, with anything that its whole record tells, at or after this instant, ISO 8601.',
  ),
};
/** UK profile. */
const who = {
  minimum_age: describe(number, 'With a minimum age of at least this (UK profile).'),
  maximum_age: describe(number, 'With a maximum age of at most this (UK profile).'),
  start_time: describe(time, 'Opens at this time or later, hh:mm (UK profile).'),
  end_time: describe(time, 'Closes at this time or earlier, hh:mm (UK profile).'),
  day: describe(day, 'Open on this day of the week: MO to SU (UK profile).'),
};

/** The parameters of every list and of single records that take some. */
export const parameters = {
  services: z.object({
    ...paging,
    ...search,
    ...terms,
    ...owned,
    minimal: describe(flag, 'true: only id and modified_date, all on one page unless per_page is given.'),
    ...full,
    ...who,
  }),
  organizations: z.object({
    ...paging,
    ...search,
    ...terms,
    modified_after: owned.modified_after,
    ...full,
    full_service: describe(flag, 'true: with the services of each organization, whole.'),
  }),
  organization: z.object({ full_service: describe(flag, 'true: with its services, whole.') }),
  service_at_locations: z.object({
    ...paging,
    ...search,
    ...terms,
    ...owned,
    ...full,
    ...who,
    postcode: describe(
      z
        .string()
        .trim()
        .regex(/^\d{5}(-\d{4})?$/, misfit('postcode')),
      'ZIP code of a person: services whose area is told must cover it.',
    ),
    proximity: describe(number, 'With postcode: locations within so many metres of its middle, nearest first.'),
  }),
  taxonomies: z.object({ ...paging, ...searchTerms }),
  taxonomy_terms: z.object({
    ...paging,
    ...searchTerms,
    taxonomy_id: describe(id, 'Terms of this taxonomy.'),
    top_only: describe(flag, 'true: only terms that stand under no other.'),
    parent_id: describe(id, 'Terms right below this one.'),
  }),
} as const;

export type Parameters<K extends keyof typeof parameters> = z.output<(typeof parameters)[K]>;

/** Everything any list may be narrowed by. */
export type Asked = Partial<Parameters<'services'> & Parameters<'organizations'> & Parameters<'service_at_locations'>>;

/** The parameters of a request, or what does not fit. A value left empty counts as not given. */
export async function readParameters<K extends keyof typeof parameters>(
  req: Req,
  kind: K,
): Promise<{ asked: Parameters<K>; misfit?: undefined } | { misfit: Misfit }> {
  const given = await givenIn(req);
  if (given === null) return { misfit: { parameter: 'body', key: 'directory.hsds.bad.body' } };
  const { shape } = parameters[kind] as z.ZodObject;
  const raw: Record<string, string | string[]> = {};
  for (const name of Object.keys(shape)) {
    const values = (given.get(name) ?? []).filter((value) => value !== '');
    const several = shape[name] === terms.taxonomy_term_id || shape[name] === terms.taxonomy_id;
    if (several ? values.length > 0 : values.length === 1) raw[name] = several ? values : values[0]!;
    else if (new Set(values).size > 1) return { misfit: { parameter: name, key: 'directory.hsds.bad.twice' } };
    else if (values[0] !== undefined) raw[name] = values[0];
  }
  const parsed = parameters[kind].safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = issue!.message.startsWith('directory.hsds.bad.') ? issue!.message : 'directory.hsds.bad.value';
    return { misfit: { parameter: String(issue!.path[0]), key } };
  }
  const asked = parsed.data as Parameters<K> & Asked;
  if (asked.proximity !== undefined && asked.postcode === undefined)
    return { misfit: { parameter: 'proximity', key: 'directory.hsds.bad.proximity' } };
  return { asked };
}

const most = 200;

/** Names with their values from address and body; null where the body cannot be read. */
async function givenIn(req: Req): Promise<Map<string, string[]> | null> {
  const given = new Map<string, string[]>();
  const add = (name: string, value: string) => {
    if (given.size >= most && !given.has(name)) return;
    const values = given.get(name) ?? [];
    // Text with a NUL cannot be looked for.
    if (values.length < most) given.set(name, [...values, value.replaceAll('\0', '')]);
  };
  for (const [name, value] of new URL(req.raw.url).searchParams) add(name, value);
  if (req.raw.method !== 'POST') return given;
  const type = req.raw.headers.get('content-type') ?? '';
  if (/^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(type)) {
    let form: Awaited<ReturnType<Req['form']>>;
    try {
      form = await req.form();
    } catch {
      return null;
    }
    for (const [name, values] of Object.entries(form.lists)) for (const value of values) add(name, value);
    return given;
  }
  const text = await req.raw.text();
  if (text.trim() === '') return given;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  for (const [name, value] of Object.entries(body))
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'object' && one !== null) return null;
      if (one !== null) add(name, String(one));
    }
  return given;
}
