/**
 * The words plans are written with: level names in English, Spanish and Catalan, and one way to compare words whatever their case, accents,
 * hyphens or spacing.
 */
import type { LevelName, Text } from '../shape.ts';

/** A word made comparable: lower case, no accents, only letters, digits and single spaces. `On-going ` and `on going` are one. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}#%]+/gu, ' ')
    .trim();

/** English one, English many, Spanish one, Spanish many. The first pair names the level when a file uses any of the four. */
const pairs: [string, string, string, string][] = [
  ['Objective', 'Objectives', 'Objetivo', 'Objetivos'],
  ['Goal', 'Goals', 'Meta', 'Metas'],
  ['Strategy', 'Strategies', 'Estrategia', 'Estrategias'],
  ['Tactic', 'Tactics', 'Táctica', 'Tácticas'],
  ['Action', 'Actions', 'Acción', 'Acciones'],
  ['Action item', 'Action items', 'Punto de acción', 'Puntos de acción'],
  ['Action step', 'Action steps', 'Paso de acción', 'Pasos de acción'],
  ['Step', 'Steps', 'Paso', 'Pasos'],
  ['Pathway', 'Pathways', 'Vía', 'Vías'],
  ['Impact pathway', 'Impact pathways', 'Vía de impacto', 'Vías de impacto'],
  ['Path', 'Paths', 'Camino', 'Caminos'],
  ['Route', 'Routes', 'Ruta', 'Rutas'],
  ['Pillar', 'Pillars', 'Pilar', 'Pilares'],
  ['Axis', 'Axes', 'Eje', 'Ejes'],
  ['Strategic axis', 'Strategic axes', 'Eje estratégico', 'Ejes estratégicos'],
  ['Line', 'Lines', 'Línea', 'Líneas'],
  ['Strategic line', 'Strategic lines', 'Línea estratégica', 'Líneas estratégicas'],
  ['Line of action', 'Lines of action', 'Línea de acción', 'Líneas de acción'],
  ['Priority', 'Priorities', 'Prioridad', 'Prioridades'],
  ['Strategic priority', 'Strategic priorities', 'Prioridad estratégica', 'Prioridades estratégicas'],
  ['Priority area', 'Priority areas', 'Área prioritaria', 'Áreas prioritarias'],
  ['Focus area', 'Focus areas', 'Área de enfoque', 'Áreas de enfoque'],
  ['Area', 'Areas', 'Área', 'Áreas'],
  ['Initiative', 'Initiatives', 'Iniciativa', 'Iniciativas'],
  ['Activity', 'Activities', 'Actividad', 'Actividades'],
  ['Task', 'Tasks', 'Tarea', 'Tareas'],
  ['Measure', 'Measures', 'Medida', 'Medidas'],
  ['Project', 'Projects', 'Proyecto', 'Proyectos'],
  ['Program', 'Programs', 'Programa', 'Programas'],
  ['Recommendation', 'Recommendations', 'Recomendación', 'Recomendaciones'],
  ['Outcome', 'Outcomes', 'Resultado', 'Resultados'],
  ['Deliverable', 'Deliverables', 'Entregable', 'Entregables'],
  ['Commitment', 'Commitments', 'Compromiso', 'Compromisos'],
  ['Aim', 'Aims', 'Finalidad', 'Finalidades'],
  ['Strategic objective', 'Strategic objectives', 'Objetivo estratégico', 'Objetivos estratégicos'],
  ['General objective', 'General objectives', 'Objetivo general', 'Objetivos generales'],
  ['Specific objective', 'Specific objectives', 'Objetivo específico', 'Objetivos específicos'],
  ['Strategic goal', 'Strategic goals', 'Meta estratégica', 'Metas estratégicas'],
  ['Item', 'Items', 'Punto', 'Puntos'],
];

/** Catalan words, for plans of the municipalities whose data formats we read. */
const catalan: Record<string, string> = {
  objectiu: 'Objective',
  objectius: 'Objective',
  estrategies: 'Strategy',
  tactiques: 'Tactic',
  accio: 'Action',
  accions: 'Action',
  actuacio: 'Action',
  actuacions: 'Action',
  eix: 'Axis',
  eixos: 'Axis',
  linia: 'Line',
  linies: 'Line',
  mesura: 'Measure',
  mesures: 'Measure',
  projecte: 'Project',
  projectes: 'Project',
};

export interface LevelWord {
  /** Comparable form of the English singular: the identity of the level. */
  key: string;
  /** The singular as the plan's own language writes it. */
  shown: string;
  spanish: boolean;
  name: LevelName;
}

const byFold = new Map<string, LevelWord>();
for (const [one, many, uno, muchos] of pairs) {
  const name: LevelName = { one: { en: one, es: uno }, many: { en: many, es: muchos } };
  for (const word of [one, many]) byFold.set(fold(word), { key: fold(one), shown: one, spanish: false, name });
  for (const word of [uno, muchos]) {
    if (!byFold.has(fold(word))) byFold.set(fold(word), { key: fold(one), shown: uno, spanish: true, name });
  }
}
for (const [word, english] of Object.entries(catalan)) {
  const known = byFold.get(fold(english));
  if (known) byFold.set(word, known);
}
byFold.set('programme', byFold.get('program')!);
byFold.set('programmes', byFold.get('program')!);

/** The level a word names, or null. Plurals and both languages count; `own` adds a plan's own names. */
export function levelWord(word: string, own?: ReadonlyMap<string, LevelWord>): LevelWord | null {
  const folded = fold(word);
  return own?.get(folded) ?? byFold.get(folded) ?? null;
}

/** A plan's own level names made recognisable, in order. */
export function ownLevelWords(names: readonly (LevelName | string)[]): Map<string, LevelWord> {
  const own = new Map<string, LevelWord>();
  for (const given of names) {
    const name = typeof given === 'string' ? levelNameOf(given) : given;
    const key = fold(name.one.en);
    for (const text of [name.one, name.many]) {
      if (text.en) own.set(fold(text.en), { key, shown: name.one.en, spanish: false, name });
      if (text.es) own.set(fold(text.es), { key, shown: name.one.es ?? text.es, spanish: true, name });
    }
  }
  return own;
}

const plural = (word: string): string =>
  /[^aeiou]y$/i.test(word) ? `${word.slice(0, -1)}ies` : /(s|x|ch|sh)$/i.test(word) ? `${word}es` : `${word}s`;

/** A level name from one word: a known word in both languages, any other with an English plural a person can correct. */
export function levelNameOf(word: string): LevelName {
  const known = byFold.get(fold(word));
  if (known) return { one: { ...known.name.one }, many: { ...known.name.many } };
  const one: Text = { en: word };
  return { one, many: { en: word ? plural(word) : '' } };
}

/** True for a level word written in Spanish only (`Meta`, `Estrategia`): a hint at the language of the file. */
export const isSpanishLevelWord = (word: string): boolean => byFold.get(fold(word))?.spanish ?? false;

const numerals: Record<string, string> = Object.fromEntries(
  ['one two three four five six seven eight nine ten', 'uno dos tres cuatro cinco seis siete ocho nueve diez'].flatMap(
    (line) => line.split(' ').map((word, index) => [word, String(index + 1)]),
  ),
);
/** `One` → `1`, `tres` → `3`; anything else null. */
export const numeral = (word: string): string | null => numerals[fold(word)] ?? null;
