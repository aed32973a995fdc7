/**
 * Status words and what they mean for the one count that matters. A word is put in a class only when every plan that we know uses it in that
 * sense; a word that different plans use in different senses is known but left for a person to map (class null).
 */
import { type StatusClass, statusClasses } from '../shape.ts';
import { fold } from './words.ts';

/** A word → class table given by a person or kept from an earlier import. It wins over the built-in vocabulary. */
export type StatusMap = Readonly<Record<string, StatusClass>>;

const words: Record<StatusClass, string> = {
  done: `Completed, Complete, Done, Finished, Achieved, Accomplished, Fulfilled, Implemented, Fully implemented, Finalized, Met, Attained, 100%, 100% complete,
    Complete and/or now considered on-going, Completado, Completada, Completo, Completa, Terminado, Terminada, Finalizado, Finalizada, Hecho, Hecha, Cumplido, Cumplida, Logrado, Lograda, Alcanzado, Alcanzada,
    Concluido, Concluida, Realizado, Realizada, Ejecutado, Ejecutada, Implementado, Implementada, Finalitzat, Finalitzada, Completat, Completada, Acabat, Acabada, Fet, Feta, Assolit, Assolida, Executat, Executada`,
  // Schedule words are here only where the plans that use them have another word for "not begun", so work has begun: On Track, Off Track,
  // At Risk, Some Delay, Some Disruption, Ahead. "Progressed Paused" has progressed and is not done.
  active: `In Progress, In Process, In Development, Underway, Under way, Started, Begun, Active, Initiated, Working, Work in progress, Partially complete, Partially completed, Partially implemented, Substantially complete,
    Nearly complete, On Track, Off Track, At Risk, Some Delay, Some Disruption, Ahead, Ahead of schedule, Progressed Paused, Progress Paused, In implementation, Implementing,
    En curso, En proceso, En progreso, En marcha, En desarrollo, En ejecución, Iniciado, Iniciada, Activo, Activa, Comenzado, Comenzada, Parcialmente completado, Parcialmente cumplido, En buen camino, En riesgo,
    Iniciat, Iniciada, En marxa, En curs, En procés, En execució`,
  notBegun: `Not Yet Begun, Not Begun, Not Started, Not Yet Started, Not Initiated, To Do, Todo, Upcoming, Planned, Scheduled, Future, Not yet due, Proposed,
    No iniciado, No iniciada, Sin iniciar, Sin comenzar, No comenzado, No comenzada, No empezado, No empezada, Aún no iniciado, Aún no iniciada, Aún no comenzado, Todavía no iniciado, Por iniciar, Por comenzar, Por hacer,
    Pendiente, Planificado, Planificada, Programado, Programada, Previsto, Prevista, Próximo, Próxima, No iniciat, No iniciada, Pendent, Per iniciar, Planificat, Previst`,
  ongoing: `Ongoing, On-going, Continuous, Continuing, Recurring, Perpetual, Permanent, Continuo, Continua, Continuado, Continuada, Permanente, Recurrente, De forma continua, Continu, Contínua`,
  excluded: `Not Necessary, No Longer Needed, Not Needed, No Longer Necessary, No Longer Applicable, Unnecessary, Removed, Withdrawn, Dropped, Discontinued, Canceled, Cancelled, Abandoned, Superseded, Merged, Deleted, Excluded,
    Ya no es necesario, Ya no es necesaria, No necesario, No necesaria, No es necesario, No es necesaria, Ya no se necesita, Innecesario, Innecesaria, Retirado, Retirada, Cancelado, Cancelada, Descartado, Descartada,
    Suprimido, Suprimida, Eliminado, Eliminada, Excluido, Excluida, Anulado, Anulada, Ja no és necessari, Ja no és necessària, No necessari, Cancel·lat, Cancel·lada, Descartat, Descartada, Retirat`,
  unknown: `Unknown, Unavailable, Not Available, No Data, Not Reported, No Information, TBD, To be determined, Desconocido, Desconocida, No disponible, Sin datos, Sin información, Por determinar, Desconegut, Sense dades`,
};

/** Words seen on real plans that a person must map, and why. */
const ambiguous: Record<string, string> = {
  'On Target': 'said of work under way, and in some plans of work that is ongoing by nature',
  'Off Target': 'says how a measure stands, not whether work has begun',
  Caution: 'says how a measure stands, not whether work has begun',
  Lagging: 'late, but the word does not say whether work has begun',
  'Insufficient Progress': 'may be said of work that has not begun',
  Monitoring: 'may mean done and watched, or ongoing',
  'Major Disruption': 'in some plans deferred, in others begun and stopped',
  'Major Disruption (deferred)': 'deferred work may or may not have begun, and may or may not still count',
  Deferred: 'may be later in the same plan, or out of it',
  Delayed: 'the start may be late, or the end',
  Blocked: 'may have begun or not',
  Behind: 'the start may be late, or the end',
  'Behind schedule': 'the start may be late, or the end',
  Overdue: 'the day has passed; whether work has begun is not said',
  Late: 'the day has passed; whether work has begun is not said',
  'On Hold': 'may have begun or not',
  Paused: 'may have begun or not',
  Pending: 'may be waiting to begin, or begun and waiting for a decision',
  'Not Achieved': 'closed without success: neither done nor open',
  Closed: 'may be done, or given up',
  'Not Applicable': 'may be out of the plan, or only not applicable yet',
  'N/A': 'may be out of the plan, or only not applicable yet',
  Retrasado: 'the start may be late, or the end',
  Retrasada: 'the start may be late, or the end',
  Atrasado: 'the start may be late, or the end',
  Demorado: 'the start may be late, or the end',
  Aplazado: 'may be later in the same plan, or out of it',
  Pospuesto: 'may be later in the same plan, or out of it',
  Suspendido: 'may have begun or not',
  'En pausa': 'may have begun or not',
  'No aplica': 'may be out of the plan, or only not applicable yet',
  Vencido: 'the day has passed; whether work has begun is not said',
  'En seguimiento': 'may mean done and watched, or ongoing',
};

export interface KnownStatusWord {
  word: string;
  class: StatusClass | null;
  /** For a word that a person must map: what makes it unclear. */
  why?: string;
}

/** Every status word we know. Class null means: known, used in different senses, a person decides. */
export const knownStatusWords: readonly KnownStatusWord[] = [
  ...statusClasses.flatMap((of) => words[of].split(/,\s*/).map((word) => ({ word: word.trim(), class: of }))),
  ...Object.entries(ambiguous).map(([word, why]) => ({ word, class: null, why })),
];

const index = new Map<string, StatusClass | null>();
for (const { word, class: of } of knownStatusWords) index.set(fold(word), of);

const mapped = (word: string, map?: StatusMap): StatusClass | undefined => {
  if (!map) return undefined;
  if (Object.hasOwn(map, word)) return map[word];
  const folded = fold(word);
  for (const key of Object.keys(map)) if (fold(key) === folded) return map[key];
  return undefined;
};

/** The class of a status word, or null when it is unknown or a person must decide. `map` wins. */
export const classifyStatus = (word: string, map?: StatusMap): StatusClass | null =>
  mapped(word, map) ?? index.get(fold(word)) ?? null;

/** True when the word is a status word at all, whether or not its class is sure. */
export const isStatusWord = (word: string, map?: StatusMap): boolean => {
  if (word.length > 60) return false;
  return mapped(word, map) !== undefined || index.has(fold(word));
};

/** The word that our own files print for each class. Every one of them is read back as the same class. */
export const statusPrinted: Record<StatusClass, string> = {
  done: 'Completed',
  active: 'In progress',
  notBegun: 'Not yet begun',
  ongoing: 'Ongoing',
  excluded: 'No longer needed',
  unknown: 'Unknown',
};
