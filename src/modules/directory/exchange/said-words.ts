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

const hiddenWord = '(?:confidential|confidencial|undisclosed|not disclosed|hidden|ocult[ao])';
const addressWord = '(?:address|location|site|place|domicilio|direcci[oó]n|ubicaci[oó]n|lugar)';
const nothingElse = new RegExp(`^\\W*(?:${addressWord} (?:is |es )?)?${hiddenWord}(?: ${addressWord})?\\W*$`, 'i');
const inBrackets = new RegExp(`[-–—(]\\s*${hiddenWord}(?: ${addressWord})?\\W*$`, 'i');
// "Hidden Oaks Center" is where somebody works; nobody's street is called Confidential.
const somewhere = new RegExp(
  `(?<!\\w)(?:confidential|confidencial|undisclosed|not disclosed)(?!\\w)|${addressWord} (?:is |es )?${hiddenWord}(?!\\w)|(?<!\\w)${hiddenWord} ${addressWord}(?!\\w)`,
  'i',
);

/** Whether a line of an address says that nobody is told it: "Confidential", "12 Elm Street (confidential)", "Address is hidden, call first". */
export const saysHidden = (line: unknown): boolean =>
  typeof line === 'string' && [somewhere, nothingElse, inBrackets].some((words) => words.test(line));
/** The same of a name, which may speak of confidential counseling and hide nothing. */
export const namesHidden = (name: unknown): boolean =>
  typeof name === 'string' && [nothingElse, inBrackets].some((words) => words.test(name));

/** An address, a name or an attribute that calls the place confidential, however it is worded. */
export function saysConfidential(hsds: Fields): boolean {
  const addresses = (hsds.addresses as Fields[] | undefined) ?? [];
  if (namesHidden(hsds.name) || addresses.some((one) => [one.address_1, one.address_2, one.attention].some(saysHidden)))
    return true;
  return ((hsds.attributes as Fields[] | undefined) ?? []).some((one) => {
    const named = [one.label, one.link_type].some((word) =>
      /^(is[ _-]?)?(confidential|hidden)([ _-](location|place|address))?$/i.test(String(word ?? '')),
    );
    if (named) return one.value === undefined || isYes(one.value);
    return /^(confidential|hidden)([ _-](location|place|address))?$/i.test(String(one.value ?? ''));
  });
}
