/** How each single value, and each part of a child, is asked for and read back: one table, so that no field of HSDS is left without a control. */

export type Control =
  | 'line'
  | 'area'
  | 'number'
  | 'day'
  | 'time'
  | 'email'
  | 'tel'
  | 'url'
  | 'yes'
  | 'days'
  | 'languages'
  | 'numbers'
  | 'unit'
  | 'language'
  | { choices: readonly string[] };

const areas = new Set(
  `description alert eligibility_description interpretation_services application_process wait_time fees_description fees accreditations licenses
  transportation`.split(/\s+/),
);
const controls: Record<string, Control> = {
  email: 'email',
  assurer_email: 'email',
  website: 'url',
  url: 'url',
  uri: 'url',
  logo: 'url',
  year_incorporated: 'number',
  minimum_age: 'number',
  maximum_age: 'number',
  latitude: 'number',
  longitude: 'number',
  assured_date: 'day',
  status: { choices: ['active', 'temporarily closed', 'inactive', 'defunct'] },
  location_type: { choices: ['physical', 'postal', 'virtual'] },
};
export const controlOf = (field: string): Control => controls[field] ?? (areas.has(field) ? 'area' : 'line');

const taken = ['number', 'day', 'time', 'email', 'url', 'choice'];
const kindOf = (control: Control): string => (typeof control === 'string' ? control : 'choice');

/** The message that says what a control takes; of words, only too many are refused. */
export const enterKey = (control: Control): string =>
  `directory.records.enter.${taken.includes(kindOf(control)) ? kindOf(control) : 'shorter'}`;

/** The message for a control that was left empty. */
export const missingKey = (control: Control): string =>
  taken.includes(kindOf(control)) ? enterKey(control) : 'kernel.field.required';

/** A part of a child: `need` cannot be left out, `rare` stands under "more", `words` may be said in both languages. */
export interface Part {
  name: string;
  control: Control;
  need?: true;
  rare?: true;
  words?: true;
}
const part = (name: string, control: Control = 'line'): Part => ({ name, control });
const need = (name: string, control: Control = 'line'): Part => ({ name, control, need: true });
const words = (name: string, control: Control = 'line'): Part => ({ name, control, words: true });
const rare = (name: string, control: Control = 'line'): Part => ({ name, control, rare: true });

const links = [part('label'), need('url', 'url')];

/** The parts of the children of every list but `attributes` (terms.tsx). */
export const partsOf: Record<string, Part[]> = {
  phones: [
    need('number', 'tel'),
    part('extension', 'number'),
    part('type', { choices: ['voice', 'hotline', 'text', 'fax', 'tty', 'advocates'] }),
    words('description'),
    part('languages', 'languages'),
  ],
  contacts: [part('name'), part('title'), part('department'), part('email', 'email'), part('phones', 'numbers')],
  schedules: [
    part('byday', 'days'),
    part('opens_at', 'time'),
    part('closes_at', 'time'),
    part('closed', 'yes'),
    part('valid_from', 'day'),
    part('valid_to', 'day'),
    part('description'),
    rare('freq', { choices: ['WEEKLY', 'MONTHLY'] }),
    rare('interval', 'number'),
    rare('bymonthday'),
    rare('dtstart', 'day'),
    rare('until', 'day'),
    rare('count', 'number'),
    rare('wkst', { choices: ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] }),
    rare('byweekno'),
    rare('byyearday'),
    rare('timezone', 'number'),
    rare('schedule_link', 'url'),
    rare('attending_type'),
    rare('notes', 'area'),
  ],
  service_areas: [words('name'), words('description', 'area'), rare('uri', 'url')],
  addresses: [
    part('attention'),
    need('address_1'),
    part('address_2'),
    need('city'),
    part('region'),
    need('state_province'),
    need('postal_code'),
    need('country'),
    need('address_type', { choices: ['physical', 'postal', 'virtual'] }),
  ],
  languages: [need('name', 'language'), part('note')],
  additional_websites: links,
  additional_urls: links,
  organization_identifiers: [need('identifier_type'), need('identifier'), part('identifier_scheme')],
  funding: [need('source')],
  capacities: [need('unit', 'unit'), need('available', 'number'), part('maximum', 'number'), part('description')],
  required_documents: [part('document'), part('uri', 'url')],
  cost_options: [
    part('option'),
    part('amount', 'number'),
    part('currency'),
    part('amount_description'),
    part('valid_from', 'day'),
    part('valid_to', 'day'),
  ],
  accessibility: [part('description'), part('details', 'area'), part('url', 'url')],
};

export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/** Days that boxes can say; anything else (first Monday of the month) is a line of its own. */
export const plainDays = (text: unknown): boolean =>
  text === undefined || /^(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*$/.test(String(text));
