/** Cells that a spreadsheet would run as a formula, made harmless and back; what a broken spreadsheet leaves in a cell; what columns are called. */

// What a spreadsheet may run: = + - @, a tab or a carriage return first, and their full-width twins.
const dangerous = /^[=+\-@\t\r\n＝＋－＠]/;
const protectedCell = /^'+[=+\-@\t\r\n＝＋－＠]/;
const plainNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** True for a cell that a spreadsheet may take for a formula. A plain negative number cannot run. */
export const runs = (cell: string): boolean => dangerous.test(cell) && !plainNumber.test(cell);

/** Puts an apostrophe before a cell that a spreadsheet would run. */
export const protect = (cell: string): string => (runs(cell) || protectedCell.test(cell) ? `'${cell}` : cell);

/** Takes one protecting apostrophe away. */
export const unprotect = (cell: string): string => (protectedCell.test(cell) ? cell.slice(1) : cell);

/** True for a cell from elsewhere that a spreadsheet would run; a bullet ("- text") or a phone number is none. */
export const looksLikeFormula = (cell: string): boolean =>
  /^[=＝]\s*\S/.test(cell) || /^[+\-@＋－＠\t\r]\s*[\p{L}\d."$]*[(!|]/u.test(cell) || /^@[A-Za-z]+\(/.test(cell);

/** What a broken spreadsheet leaves in a cell: `#N/A`, `#REF!` … or null. */
export const spreadsheetError = (cell: string): string | null =>
  /^#(N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|GETTING_DATA|BLOCKED!|UNKNOWN!|¡REF!|¡VALOR!|¡DIV\/0!|¿NOMBRE\?|¡NUM!|¡NULO!|N\/D)$/i.exec(
    cell.trim(),
  )?.[0] ?? null;

/** A, B, … Z, AA, … for 0, 1, … */
export function columnName(index: number): string {
  let name = '';
  for (let n = index + 1; n > 0; n = Math.floor((n - 1) / 26)) name = String.fromCharCode(65 + ((n - 1) % 26)) + name;
  return name;
}
