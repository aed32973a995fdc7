/** Which column of a table holds what: found by the words of its header, in English, Spanish and Catalan. */
import type { Table } from './blocks.ts';
import { type Field, ownColumns } from './columns.ts';
import { fold, type LevelWord, levelWord } from './words.ts';

/** What a column may hold; the last two only in files that come from elsewhere. */
export type Wanted = Field | 'statusOn' | 'added';

export type Column =
  | { at: number; field: Wanted }
  /** One column a level: `Objective | Strategy | Tactic`. */
  | { at: number; field: 'levelTitle'; word: LevelWord }
  | { at: number; field: 'levelNumber'; word: LevelWord };

export interface Header {
  /** Index of the header in the rows of the table. */
  row: number;
  columns: Column[];
  /** One of our own files: texts are kept to the letter, lists have their backslashes. */
  own: boolean;
}

const synonyms: Partial<Record<Wanted, string>> = {
  ref: 'ref, permanent number, número permanente, referencia',
  depth: 'depth, profundidad',
  level: 'level, type, item type, nivel, tipo, nivell, tipus',
  number:
    'number, no, no., nr, num, #, code, id, item no, item number, item #, número, núm, nº, n.º, código, clave, codi',
  title:
    'title, name, text, item, title (en), english title, title in english, título, nombre, titulo, denominación, títol, nom, texto, what',
  titleEs: 'title (es), spanish title, title in spanish, título (es), título en español',
  description:
    'description, details, detail, summary, notes, description (en), descripción, detalle, resumen, notas, descripció',
  descriptionEs: 'description (es), spanish description, descripción (es), descripción en español',
  status:
    'status, state, progress, current status, implementation status, estado, situación, avance, estado actual, estat, estat d execució',
  statusOn:
    'status date, status as of, as of, status day, last updated, updated, fecha del estado, fecha de estado, actualizado, última actualización',
  added: 'added, date added, added on, agregado, fecha de alta',
  lead: 'lead, owner, lead agency, lead department, lead organization, responsible, responsible party, responsible department, responsible agency, assigned to, responsable, encargado, entidad responsable, líder, departamento',
  partners:
    'partners, supporting partners, partner agencies, support, supporting agencies, partner, socios, aliados, colaboradores, entidades colaboradoras',
  due: 'due, due date, deadline, target date, target completion date, completion date, end date, timeline, fecha límite, fecha limite, plazo, vencimiento, fecha de término, fecha fin, data fi',
  themes: 'themes, theme, tema, temas, tags, categoría, categorías, category, categories',
  pillars: 'pillars, crosswalk',
  fundingNeeded:
    'funding needed, cost, budget, estimated cost, presupuesto, costo, coste, fondos necesarios, pressupost',
  fundingSecured: 'funding secured, funded, funding received, fondos obtenidos, fondos asegurados',
  dependsOn: 'depends on, dependencies, waits for, predecessors, depende de, dependencias',
  milestones: 'milestones, hitos',
};

const byWord = new Map<string, Wanted>();
for (const [field, list] of Object.entries(synonyms))
  for (const word of list.split(/,\s*/)) byWord.set(fold(word), field as Wanted);
for (const [field, name] of ownColumns) byWord.set(fold(name), field);

const numberWord = /\s*(?:#|no\.?|num(?:ber)?\.?|nº|núm\.?|número|code|código)$/i;

function columnOf(text: string, at: number, own: ReadonlyMap<string, LevelWord>): Column | null {
  const clean = text.replace(/\s+/g, ' ').trim();
  if (clean === '' || clean.length > 50) return null;
  const field = byWord.get(fold(clean));
  if (field && field !== 'pillars') return { at, field };
  const word = levelWord(clean.replace(/\s*(?:title|name|description|text|título|nombre)$/i, ''), own);
  if (word) return { at, field: 'levelTitle', word };
  const numbered = numberWord.exec(clean) ? levelWord(clean.replace(numberWord, ''), own) : null;
  if (numbered) return { at, field: 'levelNumber', word: numbered };
  return field ? { at, field } : null;
}

/** Finds the header in the first rows, or null when no row has enough words that we know. */
export function findHeader(table: Table, own: ReadonlyMap<string, LevelWord>): Header | null {
  let best: Header | null = null;
  for (const [row, { cells }] of table.rows.slice(0, 20).entries()) {
    const columns: Column[] = [];
    const taken = new Set<string>();
    for (const [at, cell] of cells.entries()) {
      const column = columnOf(cell, at, own);
      const key = column && ('word' in column ? `${column.field} ${column.word.key}` : column.field);
      if (!column || taken.has(key!)) continue;
      taken.add(key!);
      columns.push(column);
    }
    const isOwn = taken.has('depth') && taken.has('title') && taken.has('history');
    if (isOwn) {
      // In our own files `Pillars` is a field, never a level.
      const exact = new Map<string, Field>(ownColumns.map(([field, name]) => [fold(name), field]));
      const ours = cells.flatMap((cell, at): Column[] => {
        const field = exact.get(fold(cell));
        return field ? [{ at, field }] : [];
      });
      return { row, columns: ours, own: true };
    }
    const settled = settle(columns);
    const has = (field: Column['field']): boolean => settled.some((column) => column.field === field);
    const levels = settled.filter((column) => column.field === 'levelTitle').length;
    const enough =
      settled.length >= 2 &&
      (has('title') || has('description') || levels > 0) &&
      (has('title') || levels >= 2 || has('status') || has('number') || has('levelNumber'));
    if (enough && (!best || settled.length > best.columns.length)) best = { row, columns: settled, own: false };
  }
  return best;
}

/** `Pillars` beside level columns is a level; a description without any title is the title. */
function settle(columns: Column[]): Column[] {
  const hasTitle = columns.some((column) => column.field === 'title');
  const levels = columns.filter((column) => column.field === 'levelTitle');
  return columns.map((column) => {
    if (column.field === 'description' && !hasTitle && levels.length === 0) return { at: column.at, field: 'title' };
    return column;
  });
}
