import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSpokenHours } from './opening-hours-text.ts';

/** Rows in short: "MO,TU 09:00-17:00". */
function short(text: string): string | null {
  const rows = parseSpokenHours(text);
  return (
    rows &&
    rows
      .map((row) =>
        [
          row.freq === 'MONTHLY' ? 'monthly' : '',
          row.byday === 'MO,TU,WE,TH,FR,SA,SU' ? 'daily' : row.byday === 'MO,TU,WE,TH,FR' ? 'MO-FR' : row.byday,
          row.all_day ? 'all day' : row.opens_at && `${row.opens_at}-${row.closes_at}`,
          row.by_appointment ? 'by appointment' : '',
        ]
          .filter(Boolean)
          .join(' '),
      )
      .join('; ')
  );
}

test('common ways to write hours in English and Spanish are read', () => {
  const said: Record<string, string> = {
    'Mon-Fri 9-5': 'MO-FR 09:00-17:00',
    'M-F 8-4:30': 'MO-FR 08:00-16:30',
    'Monday-Friday, 9am-12pm, 1-5pm': 'MO-FR 09:00-12:00; MO-FR 13:00-17:00',
    'Mon – Fri: 9:00 AM – 5:00 PM; Sat: 10 am – 2 pm': 'MO-FR 09:00-17:00; SA 10:00-14:00',
    'Monday through Friday 8:30 a.m. to 5 p.m.': 'MO-FR 08:30-17:00',
    'Mon, Wed, and Fri 9-12, 1-5': 'MO,WE,FR 09:00-12:00; MO,WE,FR 13:00-17:00',
    'Mondays & Thursdays 6pm-8pm': 'MO,TH 18:00-20:00',
    'Weekdays 9a-5p': 'MO-FR 09:00-17:00',
    'Weekdays 9am to 5pm, weekends 10am-noon': 'MO-FR 09:00-17:00; SA,SU 10:00-12:00',
    '9am-5pm Monday-Friday': 'MO-FR 09:00-17:00',
    '9 am - 5 pm, Mon-Thu; 9 am - noon, Fri': 'MO,TU,WE,TH 09:00-17:00; FR 09:00-12:00',
    'Daily 8pm-6am': 'daily 20:00-06:00',
    'Every day 9:00-17:00': 'daily 09:00-17:00',
    'Fri-Sun 5pm-midnight': 'FR,SA,SU 17:00-00:00',
    'Sun-Thu 10am-4pm': 'MO,TU,WE,TH,SU 10:00-16:00',
    'Mon-Fri 9-5, closed weekends': 'MO-FR 09:00-17:00',
    'Mon. 9am-5pm\nTue. closed\nWed. 1pm-5pm': 'MO 09:00-17:00; WE 13:00-17:00',
    '24/7': 'daily all day',
    'Open 24 hours': 'daily all day',
    '24 hours a day, 7 days a week': 'daily all day',
    'Mon-Fri 24 hours': 'MO-FR all day',
    'By appointment only': 'by appointment',
    'Tue 1pm-4pm (by appointment only)': 'TU 13:00-16:00 by appointment',
    '1st and 3rd Tuesday of each month, 9am-noon': 'monthly 1TU,3TU 09:00-12:00',
    'Last Friday of the month 5-7pm': 'monthly -1FR 17:00-19:00',
    'lunes a viernes 8:00-17:00': 'MO-FR 08:00-17:00',
    'De lunes a viernes, de 8:00 a.m. a 5:00 p.m.': 'MO-FR 08:00-17:00',
    'Lun-Vie 9 a 13 y 15 a 19': 'MO-FR 09:00-13:00; MO-FR 15:00-19:00',
    'L-V 8:30 a 16:00 hrs': 'MO-FR 08:30-16:00',
    'Martes y jueves de 9 de la mañana a 5 de la tarde': 'TU,TH 09:00-17:00',
    'mar-jue 10:00-14:00, sáb 9:00-12:00': 'TU,WE,TH 10:00-14:00; SA 09:00-12:00',
    'Todos los días de 8 am a 8 pm': 'daily 08:00-20:00',
    'Miércoles 10 am a mediodía, domingo cerrado': 'WE 10:00-12:00',
    'Las 24 horas': 'daily all day',
    '24 horas al día, 7 días a la semana': 'daily all day',
    'Primer sábado de cada mes de 9:00 a 12:00': 'monthly 1SA 09:00-12:00',
    'Con cita previa': 'by appointment',
  };
  for (const [text, rows] of Object.entries(said)) expect(`${text}: ${short(text)}`).toBe(`${text}: ${rows}`);
});

test('what could be meant two ways is not guessed', () => {
  const unsure = [
    '',
    'Call for hours',
    '9-5',
    'Mon-Fri',
    'Mon-Fri mornings',
    'Mon-Fri 7-7',
    'Mon-Fri 9-9pm',
    'Mon-Fri 9-11pm',
    'Mon-Fri 12-5',
    'Mon-Fri 1-5',
    'Mon-Fri 5pm-9',
    'Daily 7-8am',
    'Daily 8-6',
    'Mon-Fri 08:00-05:00',
    'Mon-Fri 9am-5am',
    'Mon-Fri 9-25',
    'Mon-Fri 9:75-17:00',
    'Mon-Fri 13pm-5pm',
    'Mon-Fri 9-5 except holidays',
    'Mon-Fri 9-5, closed holidays',
    'Mon-Fri 9-5 and by appointment',
    'Mon-Fri 9-5, Wed 9-8',
    'Mon-Fri 9-12, 11-2',
    'Mon 10pm-6am, Tue 5am-9am',
    'Mon-viernes 9-5',
    'Mar 9:00-17:00',
    'T 9-5',
    'Mon-Mon 9-5',
    'Mon and Mon 9-5',
    'Mon-Fri 9-5 (closed 12-1)',
    'Mon-Fri 9-5 summer',
    'Closed Sundays',
    '1st Monday 9-12',
    '24/7 hotline, office Mon-Fri 9-5',
    'Mon-Fri 9-5 EST',
    'Mon-Fri 9am-5pm by phone',
    'June 1 - August 31 Mon-Fri 9-5',
    'lunes a viernes 9-5 o con cita',
  ];
  for (const text of unsure) expect(`${text}: ${short(text)}`).toBe(`${text}: null`);
});

const names = {
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  es: ['lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado', 'domingo'],
};
const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

test('exact hours written out in either language, on either clock, come back as they were', () => {
  const spans = fc
    .uniqueArray(fc.integer({ min: 20, max: 92 }), { minLength: 2, maxLength: 4 })
    .map((quarters) => quarters.sort((a, b) => a - b).map((quarter) => quarter * 15))
    .map((times) => (times.length % 2 ? times.slice(1) : times));
  const days = fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 7 }).map((list) => list.sort((a, b) => a - b));
  const wall = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const twelve = (minutes: number, language: 'en' | 'es') => {
    const half = minutes >= 720 ? 'p' : 'a';
    return `${Math.floor(minutes / 60) % 12 || 12}:${String(minutes % 60).padStart(2, '0')} ${language === 'en' ? `${half}m` : `${half}. m.`}`;
  };
  fc.assert(
    fc.property(days, spans, fc.constantFrom('en', 'es'), fc.boolean(), (list, times, language, halves) => {
      const write = (minutes: number) => (halves ? twelve(minutes, language) : wall(minutes));
      const pairs = times.flatMap((time, at) => (at % 2 ? [] : [[time, times[at + 1]!] as const]));
      const to = language === 'en' ? ' to ' : ' a ';
      const text = `${list.map((day) => names[language][day]).join(', ')}: ${pairs.map((pair) => pair.map(write).join(to)).join(', ')}`;
      const rows = parseSpokenHours(text);
      const wanted = pairs.map(([opens, closes]) => ({
        freq: 'WEEKLY',
        byday: list.map((day) => codes[day]).join(','),
        opens_at: wall(opens),
        closes_at: wall(closes),
      }));
      // On a 24-hour clock a short morning such as 07:00 to 09:00 may be refused, but is never read otherwise.
      if (rows !== null || halves || pairs.every(([, closes]) => closes >= 13 * 60)) expect(rows).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});

test('whatever is typed there is an answer or none, and never an error', () => {
  const word = fc.constantFrom(
    'mon',
    'a',
    '-',
    '9',
    '5pm',
    ',',
    'de',
    'lunes',
    '24',
    '/7',
    'y',
    'closed',
    '1st',
    'of each month',
    '12:00',
    '.',
    'noon',
    ' ',
    '(',
    'ñ',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
      ),
      (text) => {
        for (const row of parseSpokenHours(text) ?? []) {
          expect(row.by_appointment ?? row.all_day ?? /^\d\d:\d\d$/.test(row.opens_at!)).toBe(true);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
