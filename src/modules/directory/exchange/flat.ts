/**
 * Plain lists: one row a service, columns called anything. Each column is given to one field of ours, guessed from its heading the first time and chosen
 * by a person; rows then become rows of HSDS tables. Organisations and places that several rows name are one record.
 */
import type { RowLine } from '#engines/csv-rows';
import { unprotect } from '#engines/spreadsheet-cells';
import { hoursFromWords } from '../spoken-hours.ts';
import { languageNamed } from '../taxonomy/index.ts';
import type { RawTables } from './rows.ts';
import { namesHidden, saysHidden } from './said-words.ts';

interface FlatField {
  table: string;
  column: string;
  /** Headings that mean this field, folded. */
  words: RegExp;
}

/** Field of a plain list → what it fills. Order matters for guessing: the first that fits a heading takes it. */
export const flatFields = {
  organization_id: { table: 'organizations', column: 'id', words: /^(organi[sz]ation|agency|provider) ?id$/ },
  service_id: { table: 'services', column: 'id', words: /^(service ?id|id|record ?id|listing ?id)$/ },
  location_id: { table: 'locations', column: 'id', words: /^(location|place|site) ?id$/ },
  organization_name: {
    table: 'organizations',
    column: 'name',
    words: /^(organi[sz]ation|agency|provider|company|organizacion|agencia|proveedor)( ?name| nombre)?$/,
  },
  organization_description: {
    table: 'organizations',
    column: 'description',
    words: /^(about (the )?)?(organi[sz]ation|agency) description$/,
  },
  organization_website: {
    table: 'organizations',
    column: 'website',
    words: /^(organi[sz]ation|agency) (website|url|web)$/,
  },
  organization_email: { table: 'organizations', column: 'email', words: /^(organi[sz]ation|agency) e ?mail$/ },
  organization_phone: {
    table: 'organizations',
    column: 'phone',
    words: /^(organi[sz]ation|agency|main) (phone|telephone)$/,
  },
  service_name: {
    table: 'services',
    column: 'name',
    words: /^(service|program|servicio|programa|listing|name|nombre|title)( ?name| del servicio)?$/,
  },
  alternate_name: {
    table: 'services',
    column: 'alternate_name',
    words: /^(alternate|other|also known as|aka)( name)?$/,
  },
  description: {
    table: 'services',
    column: 'description',
    words:
      /^(service )?(description|descripcion|details|about|summary)$|^services? (provided|offered)$|^servicios (que )?ofrece(n|idos)?$/,
  },
  status: { table: 'services', column: 'status', words: /^(service )?(status|estado)$/ },
  phone: {
    table: 'services',
    column: 'phone',
    words: /^(service )?(phones?|telephone|tel|telefono|phone numbers?|hotline)$/,
  },
  email: {
    table: 'services',
    column: 'email',
    words: /^(service |contact )?(e ?mail|correo|correo electronico)( address| de contacto)?$/,
  },
  url: { table: 'services', column: 'url', words: /^(service )?(website|url|web|web ?site|link|sitio web)$/ },
  fees: { table: 'services', column: 'fees_description', words: /^(fees?|cost|costs|price|costo|fees description)$/ },
  eligibility: {
    table: 'services',
    column: 'eligibility_description',
    words:
      /^(eligibility|who it is for|requirements|requisitos|elegibilidad|eligibility description)$|^(populations?|clients|people|who (is|we)) served?$|^target populations?$|^poblacion(es)?( atendidas?)?$/,
  },
  minimum_age: { table: 'services', column: 'minimum_age', words: /^(minimum|min|from) age$|^edad minima$/ },
  maximum_age: { table: 'services', column: 'maximum_age', words: /^(maximum|max|to) age$|^edad maxima$/ },
  application_process: {
    table: 'services',
    column: 'application_process',
    words: /^(how to apply|application( process)?|intake( process)?|como solicitar)$/,
  },
  languages: { table: 'services', column: 'languages', words: /^(languages?|idiomas?)( spoken)?$/ },
  service_areas: {
    table: 'services',
    column: 'service_areas',
    words: /^(service areas?|areas? served|coverage|zona)$/,
  },
  keywords: {
    table: 'services',
    column: 'keywords',
    words: /^(keywords?|tags?|categor(y|ies)|palabras clave|needs?)$/,
  },
  hours: {
    table: 'schedules',
    column: 'description',
    words:
      /^(hours|schedule|horarios?|(opening|office|business) hours|hours of operation|days and hours|horario de atencion)$/,
  },
  location_name: { table: 'locations', column: 'name', words: /^(location|site|place|lugar|ubicacion)( name)?$/ },
  address_1: {
    table: 'addresses',
    column: 'address_1',
    words: /^(street|street address|address|address ?(1|line 1)|direccion|domicilio)$/,
  },
  address_2: { table: 'addresses', column: 'address_2', words: /^(address ?(2|line 2)|suite|unit|apt)$/ },
  city: { table: 'addresses', column: 'city', words: /^(city|town|ciudad)$/ },
  state_province: {
    table: 'addresses',
    column: 'state_province',
    words: /^(state|province|state province|estado provincia)$/,
  },
  postal_code: {
    table: 'addresses',
    column: 'postal_code',
    words: /^(zip|zip ?code|postal ?code|postcode|codigo postal)$/,
  },
  country: { table: 'addresses', column: 'country', words: /^(country|pais)$/ },
  latitude: { table: 'locations', column: 'latitude', words: /^(latitude|lat|latitud)$/ },
  longitude: { table: 'locations', column: 'longitude', words: /^(longitude|lon|lng|long|longitud)$/ },
  transportation: { table: 'locations', column: 'transportation', words: /^(transportation|transit|bus|transporte)$/ },
  accessibility: { table: 'locations', column: 'accessibility', words: /^(accessibility|accesibilidad|wheelchair)$/ },
  confidential: {
    table: 'locations',
    column: 'confidential',
    words: /^(confidential|hidden|confidencial)( (address|location))?$/,
  },
} satisfies Record<string, FlatField>;

export type FlatFieldName = keyof typeof flatFields;
/** Heading → field; a heading that is not named is left out. */
export type Mapping = Record<string, FlatFieldName>;

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** What each heading probably means. Each field is given once. */
export function guessMapping(headings: readonly string[]): Mapping {
  const out: Mapping = {};
  const taken = new Set<string>();
  for (const heading of headings) {
    const folded = fold(heading);
    const exact = folded.replaceAll(' ', '_');
    const names = Object.keys(flatFields) as FlatFieldName[];
    const found =
      names.find((name) => name === exact) ??
      names.find((name) => !taken.has(name) && flatFields[name].words.test(folded));
    if (!found || taken.has(found)) continue;
    taken.add(found);
    out[heading] = found;
  }
  // A lone name column without an organisation beside it names the organisation, and its service after it.
  return out;
}

/** Why a mapping does not do, as a key, or null. */
export const mappingProblem = (mapping: Mapping): string | null => {
  const given = new Set(Object.values(mapping));
  if (!given.has('organization_name') && !given.has('service_name')) return 'mappingNoName';
  return given.size < Object.keys(mapping).length ? 'mappingTwice' : null;
};

/** Adds the rows of a plain list. `hidden`: every place of the list is confidential. */
export function addFlat(
  file: string,
  rows: readonly RowLine[],
  mapping: Mapping,
  hidden: boolean,
  into: RawTables,
): void {
  const [header, ...body] = rows;
  if (!header) return;
  const columns = header.cells.map((heading) => mapping[heading]);
  for (const [i, field] of columns.entries())
    if (!field && header.cells[i])
      into.notes.push({ file, line: header.line, column: header.cells[i], key: 'columnLeftOut', of: 'value' });
  const named: Said = Object.fromEntries(columns.flatMap((field, i) => (field ? [[field, header.cells[i]!]] : [])));
  for (const field of Object.keys(named) as FlatFieldName[]) into.says.add(spokenBy(field));
  const known = new Set<string>();
  for (const { line, cells } of body) {
    const said: Said = {};
    for (const [i, field] of columns.entries()) {
      const cell = unprotect(cells[i] ?? '').trim();
      if (field && cell) said[field] = cell;
    }
    if (Object.keys(said).length > 0) addListing({ file, line, said, named }, hidden, known, into);
  }
}

/** What a column of a plain list speaks of, as spoken.ts has it. */
function spokenBy(field: FlatFieldName): string {
  const { table, column } = flatFields[field];
  if (table === 'addresses') return 'location.addresses';
  if (table === 'schedules') return 'service.schedules';
  const list = { phone: 'phones', keywords: 'attributes' }[column];
  return `${table.slice(0, -1)}.${list ?? column}`;
}

type Said = Partial<Record<FlatFieldName, string>>;

/** A row of a plain list: what it says, and what its file calls each field. */
interface Listing {
  file: string;
  line: number;
  said: Said;
  named: Said;
}

/** The columns of one table among fields; those that hold lists become rows of their own. */
const columnsOf = (table: string, fields: Said): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const field = flatFields[name as FlatFieldName];
      return field.table === table &&
        !['phone', 'languages', 'service_areas', 'keywords', 'accessibility'].includes(field.column)
        ? [[field.column, value]]
        : [];
    }),
  );

function addListing({ file, line, said, named }: Listing, hidden: boolean, known: Set<string>, into: RawTables): void {
  const of = (table: string): Record<string, unknown> => columnsOf(table, said);
  const add = (table: string, cells: Record<string, unknown>, headings = columnsOf(table, named)): void => {
    const key = cells.id === undefined ? null : `${table} ${String(cells.id)}`;
    if (key && known.has(key)) return;
    if (key) known.add(key);
    into.add(table, { file, line, cells, headings });
  };
  const organization = { ...of('organizations') };
  organization.name ??= said.service_name;
  organization.id ??= fold(String(organization.name ?? `line ${line}`));
  add('organizations', organization);
  const service = of('services');
  service.name ??= organization.name;
  const address = of('addresses');
  service.id ??= [organization.id, fold(String(service.name)), fold(said.address_1 ?? said.location_name ?? '')].join(
    ' | ',
  );
  if (known.has(`services ${String(service.id)}`)) {
    into.faults.push({ file, line, key: 'sameService', of: 'row' });
    return;
  }
  add('services', { ...service, organization_id: organization.id });
  if (said.hours && !hoursFromWords(said.hours))
    into.notes.push({ file, line, column: named.hours!, field: 'hours', key: 'hoursStayWords', of: 'value' });
  lists(said, String(service.id), (table, cells, column, field) =>
    add(table, cells, named[field] ? { [column]: named[field] } : {}),
  );
  // Each row of an organisation names its number again.
  for (const number of numbers(said.organization_phone)) {
    const key = `phones ${String(organization.id)} ${number}`;
    if (known.has(key)) continue;
    known.add(key);
    add('phones', { organization_id: organization.id, number }, { number: named.organization_phone! });
  }
  const place = of('locations');
  if (Object.keys(place).length === 0 && Object.keys(address).length === 0) return;
  place.id ??= [
    organization.id,
    fold([said.address_1, said.address_2, said.city, said.postal_code, said.location_name].filter(Boolean).join(' ')),
  ].join(' | ');
  // "Confidential" where a street should stand hides the place, or its service would seem to be nowhere, or there.
  if (hidden || saysHidden(said.address_1) || saysHidden(said.address_2) || namesHidden(said.location_name))
    place.confidential = 'yes';
  // Nobody can be sent to a box.
  const kind = isBox(said.address_1) ? 'postal' : 'physical';
  const firstTime = !known.has(`locations ${String(place.id)}`);
  add('locations', { location_type: kind, ...place, organization_id: organization.id });
  if (firstTime && Object.keys(address).length > 0)
    add('addresses', { ...address, location_id: place.id, address_type: kind });
  if (firstTime)
    for (const description of parts(said.accessibility))
      add(
        'accessibility',
        { location_id: place.id, description },
        named.accessibility ? { description: named.accessibility } : {},
      );
  add('service_at_location', {
    id: `${String(service.id)}@${String(place.id)}`,
    service_id: service.id,
    location_id: place.id,
  });
}

const parts = (value: string | undefined): string[] =>
  (value ?? '')
    .split(/[,;|\n]/)
    .map((one) => one.trim())
    .filter(Boolean);

const isBox = (line: string | undefined): boolean =>
  /^\W*(p\.? ?o\.?|post office) ?box\b|^\W*(apartado|casilla)( postal)?\b/i.test(line ?? '');

/** Numbers are parted by semicolons, lines, or a word or stroke between two whole ones: a comma may stand before an extension, a stroke within a number. */
const numbers = (cell: string | undefined): string[] =>
  (cell ?? '')
    .split(/[;|\n]|,(?=\s*[+(]?\d{3})|(?<=\d{4})\s*(?:[/&]|\b(?:or|and|o|y)\b)\s*(?=[+(]?\d{3})/i)
    .map((one) => one.trim())
    .filter(Boolean);

function lists(
  said: Said,
  service: string,
  add: (table: string, cells: Record<string, unknown>, column: string, field: FlatFieldName) => void,
): void {
  for (const number of numbers(said.phone)) add('phones', { service_id: service, number }, 'number', 'phone');
  for (const name of parts((said.languages ?? '').replaceAll(/[/&]|\s(?:and|y|e)\s/gi, ','))) {
    const code = languageNamed(name)?.code;
    add('languages', { service_id: service, name, ...(code && { code }) }, 'name', 'languages');
  }
  for (const name of parts(said.service_areas))
    add('service_areas', { service_id: service, name }, 'name', 'service_areas');
  for (const value of parts(said.keywords))
    add(
      'attributes',
      { link_entity: 'service', link_id: service, link_type: 'keyword', label: 'Keyword', value },
      'value',
      'keywords',
    );
  for (const row of said.hours ? (hoursFromWords(said.hours) ?? [{ description: said.hours }]) : [])
    add('schedules', { service_id: service, ...row }, 'description', 'hours');
}
