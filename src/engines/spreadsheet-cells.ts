/** Cells that a spreadsheet would run as a formula, made harmless and back; and what a broken spreadsheet leaves in a cell. */

// What a spreadsheet may run: = + - @, a tab or a carriage return first, and their full-width twins.
const dangerous = /^[=+\-@\t\r\n＝＋－＠]/;
const protectedCell = /^'+[=+\-@\t\r\n＝＋－＠]/;
const plainNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** Puts an apostrophe before a cell that a spreadsheet would run. A plain negative number cannot run and stays. */
export const protect = (cell: string): string =>
  (dangerous.test(cell) && !plainNumber.test(cell)) || protectedCell.test(cell) ? `'${cell}` : cell;

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
