/** Values of records in words, short: for choosing what the public sees and for comparing what a provider would change. */
import type { Fields } from '#modules/organisations';
import type { Ui } from '#ui';

const joined = (parts: readonly unknown[]): string =>
  parts
    .filter((part) => part !== undefined && part !== null && part !== '')
    .map(String)
    .join(', ');

/** One member of a list: what tells it from the others. */
function member(one: Fields): string {
  if (one.number !== undefined) return joined([one.number, one.extension, one.description]);
  if (one.address_1 !== undefined)
    return joined([one.address_1, one.address_2, one.city, one.state_province, one.postal_code]);
  if (one.freq !== undefined || one.opens_at !== undefined)
    return joined([one.byday, [one.opens_at, one.closes_at].filter(Boolean).join('–'), one.description]);
  if (one.link_type !== undefined) {
    const said = joined([String(one.label ?? '').replaceAll('_', ' '), one.value]);
    return one.link_type === 'eligibility_exclude' ? `− ${said}` : said;
  }
  return joined([
    one.name,
    one.title,
    one.email,
    one.url,
    one.label,
    one.option,
    one.document,
    one.description,
    one.details,
    one.value,
  ]);
}

/** A value as lines; empty for none. */
export function valueLines(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((one) => member(one as Fields)).filter(Boolean);
  return [String(value)];
}

/** A value in words; `field` says whether it is a code that has words of its own. */
export const Value = ({
  ui,
  field,
  value,
  none,
}: {
  ui: Pick<Ui, 't'>;
  field: string;
  value: unknown;
  none: string;
}) => {
  const lines =
    field === 'status' && typeof value === 'string'
      ? [ui.t(`directory.vetting.status.${value.replace(' ', '_')}`)]
      : valueLines(value);
  if (lines.length === 0) return <>{none}</>;
  return lines.length === 1 ? (
    <span class="wm-lines">{lines[0]}</span>
  ) : (
    <ul class="wm-tight">
      {lines.map((line) => (
        <li>{line}</li>
      ))}
    </ul>
  );
};
