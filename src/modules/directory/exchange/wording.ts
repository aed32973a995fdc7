/** A fault of a file as a sentence. Never a value of the file: that stands at the line which is named. */
import { shape } from '#engines/record-shape';
import type { Translate } from '#kernel';
import { partsOf } from '../records/controls.ts';
import { flatFields } from './flat.ts';
import type { Fault } from './rows.ts';

/** A reason with the name of the column before it, for programs and the command line. */
export function reasonOf(t: Translate, fault: Fault): string {
  const said = t(`directory.exchange.fault.${fault.key}`, fault.values ?? {});
  return fault.column ? `${t('directory.exchange.inColumn', { column: fault.column })} ${said}` : said;
}

/** A reason for people: other columns are called by what they hold. */
export function reasonInWords(t: Translate, { key, values }: Fault): string {
  const columns = String(values?.columns ?? '').split(', ');
  const words = columns.map((column) => columnWords(t, column) ?? column).join(', ');
  return t(
    `directory.exchange.fault.${key}`,
    values?.columns === undefined ? (values ?? {}) : { ...values, columns: words },
  );
}

const parts = new Set(
  Object.values(partsOf)
    .flat()
    .map(({ name }) => name),
);
const fields = new Set(Object.values(shape).flatMap(Object.keys));
const kindIn = /^(organization|program|service|location|service_at_location)_id$/;

/** What a column holds, in the words of the forms; null for a column that no form knows, such as one of the file's own. */
export function columnWords(t: Translate, column: string): string | null {
  const kind = kindIn.exec(column)?.[1];
  if (kind) return t(`directory.vetting.kind.${kind}`);
  if (column === 'id') return t('directory.exchange.columnId');
  if (parts.has(column)) return t(`directory.records.part.${column}`);
  if (fields.has(column) && !column.endsWith('_id')) return t(`directory.vetting.field1.${column}`);
  return Object.hasOwn(flatFields, column) ? t(`directory.exchange.flat.${column}`) : null;
}
