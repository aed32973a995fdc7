/**
 * The words that hours are written with, in English and Spanish, without accents and in small letters. A word that is not here makes a text uncertain,
 * and that is meant: adding one is a promise about what everybody means by it.
 */

export const english = wordList([
  'mon monday mondays mo',
  'tue tues tuesday tuesdays tu',
  'wed weds wednesday wednesdays we',
  'thu thur thurs thursday thursdays th',
  'fri friday fridays fr',
  'sat saturday saturdays',
  'sun sunday sundays su',
]);
export const spanish = wordList([
  'lun lunes lu',
  'martes',
  'mie mier miercoles mi',
  'jue juev jueves ju',
  'vie vier viernes vi',
  'sab sabado sabados',
  'dom domingo domingos',
]);
/** "Mar" is also a month in English, "sa" both languages' Saturday: they count only next to words that settle the language. */
export const eitherWay = new Map([
  ['mar', 1],
  ['sa', 5],
]);
export const allWeek = [
  'daily',
  'every day',
  'everyday',
  '7 days a week',
  'seven days a week',
  'diario',
  'diariamente',
  'todos los dias',
  'cada dia',
  '7 dias a la semana',
  'los 7 dias de la semana',
];
export const workWeek = ['weekdays', 'weekday', 'entre semana'];
export const weekend = ['weekends', 'weekend', 'fines de semana', 'fin de semana'];
export const always = [
  '24/7',
  '24/7/365',
  '24 / 7',
  '24x7',
  '24-7',
  '24 hours',
  '24 hrs',
  '24hrs',
  '24h',
  '24 hr',
  'las 24 horas',
  '24 horas',
  '24 hours a day',
  '24 horas al dia',
  '24 horas del dia',
];
export const shut = ['closed', 'cerrado'];
export const nth = new Map([
  ...['1st first primer primero', '2nd second segundo', '3rd third tercer tercero', '4th fourth cuarto'].flatMap(
    (words, at) => words.split(' ').map((word): [string, number] => [word, at + 1]),
  ),
  ['last', -1],
  ['ultimo', -1],
]);
export const monthEnds = [
  'of each month',
  'of every month',
  'of the month',
  'each month',
  'every month',
  'de cada mes',
  'del mes',
];
export const byAppointment = [
  'by appointment only',
  'by appointment',
  'appointment only',
  'con cita previa',
  'con cita',
  'solo con cita',
  'solo con cita previa',
  'solo por cita',
  'previa cita',
];

function wordList(lines: string[]): Map<string, number> {
  return new Map(lines.flatMap((line, day) => line.split(' ').map((word): [string, number] => [word, day])));
}
