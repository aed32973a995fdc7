/** Words of files that mean yes, a year, a closed day or a confidential place. */
import { namedUuid } from '#engines/named-uuid';
import type { Fields } from '#engines/record-shape';

/** A schedule's own attribute that says: closed on these days (../hsds/shape.ts). */
export const closedMark = (id: string) => ({
  id: namedUuid(id, 'closed'),
  link_type: 'waymark',
  label: 'closed',
  value: 'true',
});
export const isYes = (value: unknown): boolean =>
  value === true || /^(true|t|yes|y|1|x|si|sí|confidential|hidden)$/i.test(String(value ?? '').trim());
/** The year in a date, however it is written. */
export const yearOf = (raw: unknown): unknown => /\b(1[6-9]|20)\d\d\b/.exec(String(raw))?.[0] ?? raw;

/** An attribute that calls the place confidential, however it is worded. */
export function saysConfidential(hsds: Fields): boolean {
  return ((hsds.attributes as Fields[] | undefined) ?? []).some((one) => {
    const named = [one.label, one.link_type].some((word) =>
      /^(is[ _-]?)?(confidential|hidden)([ _-](location|place|address))?$/i.test(String(word ?? '')),
    );
    if (named) return one.value === undefined || isYes(one.value);
    return /^(confidential|hidden)([ _-](location|place|address))?$/i.test(String(one.value ?? ''));
  });
}
