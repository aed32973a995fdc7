/**
 * Hours as people write them, read into schedule rows: "Mon-Fri 9-5", "lunes a viernes de 8:00 a 17:00", "24/7". The whole text must be understood and
 * must have one reading, or there is no answer and the words stay words: a wrong hour sends somebody to a locked door at night.
 *
 * A bare "9-5" is morning to afternoon, as everybody means it. "7-7", "9-9pm" or "12-5" could be meant two ways and are refused, as are holidays,
 * conditions ("except", "call first") and days named twice with different hours.
 */
import type { ScheduleRow } from './opening-hours-row.ts';
import { type Clock, readRange, type Span } from './opening-hours-text-times.ts';
import {
  allWeek,
  always,
  byAppointment,
  eitherWay,
  english,
  monthEnds,
  nth,
  shut,
  spanish,
  weekend,
  workWeek,
} from './opening-hours-text-words.ts';

const order = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

interface Days {
  days: number[];
  /** Which of the month, or empty for weekly. */
  nth: number[];
}

interface Entry extends Days {
  spans: Span[] | 'all' | 'closed';
}

/** The rows that a text says, or null when it is not certain what it says. Times are those of the place's clock. */
export function parseSpokenHours(text: string): ScheduleRow[] | null {
  if (text.length > 300) return null;
  let words = plain(text);
  // The longest phrase, so that no half of it stays behind.
  const appointment = byAppointment
    .filter((phrase) => words.endsWith(phrase) && !/[a-z0-9]$/.test(words.slice(0, -phrase.length)))
    .sort((a, b) => b.length - a.length)[0];
  if (appointment !== undefined) {
    words = words.slice(0, -appointment.length).replace(/[\s,.;-]+$/, '');
    if (words === '') return [{ by_appointment: true }];
  }
  const entries = new Reader(words).entries();
  if (entries === null || !consistent(entries)) return null;
  const rows = entries.flatMap((entry): ScheduleRow[] => {
    if (entry.spans === 'closed') return [];
    const rule: ScheduleRow =
      entry.nth.length === 0
        ? { freq: 'WEEKLY', byday: entry.days.map((day) => order[day]).join(',') }
        : {
            freq: 'MONTHLY',
            byday: entry.days.flatMap((day) => entry.nth.map((one) => `${one}${order[day]}`)).join(','),
          };
    const mark = appointment === undefined ? {} : { by_appointment: true };
    if (entry.spans === 'all') return [{ ...rule, all_day: true, ...mark }];
    return entry.spans.map(([opens, closes]) => ({
      ...rule,
      opens_at: clock(opens),
      closes_at: clock(closes % 1440),
      ...mark,
    }));
  });
  return rows.length === 0 ? null : rows;
}

/** Reads from the left, one phrase at a time; every method gives null and stays where it was when its phrase is not next. */
class Reader {
  #rest: string;
  #language: 'en' | 'es' | null = null;
  #unsettled = false;

  constructor(words: string) {
    this.#rest = words;
  }

  entries(): Entry[] | null {
    this.#phrase(['open', 'abierto', 'abierta', 'hours:', 'hours', 'horario:', 'horario']);
    this.#mark();
    if (this.#phrase(always)) {
      this.#mark();
      this.#phrase(allWeek);
      if (this.#rest === '') return [{ days: [0, 1, 2, 3, 4, 5, 6], nth: [], spans: 'all' }];
      const days = this.#days();
      return days && this.#rest === '' && this.#settled() ? [{ ...days, spans: 'all' }] : null;
    }
    const found: Entry[] = [];
    const timesFirst =
      /^(?:de |from |las )?(?:\d|noon|midnight|mediodia|medianoche)/.test(this.#rest) &&
      !/^(?:7 d|[1-4](?:st|nd|rd|th)\b)/.test(this.#rest);
    while (this.#rest !== '') {
      const entry = timesFirst ? this.#timesThenDays() : this.#daysThenTimes();
      if (entry === null) return null;
      found.push(entry);
      if (this.#rest !== '' && !this.#separator()) return null;
    }
    return found.length > 0 && this.#settled() ? found : null;
  }

  #daysThenTimes(): Entry | null {
    if (this.#phrase(shut)) {
      this.#phrase(['on', 'los']);
      const days = this.#days();
      return days && { ...days, spans: 'closed' };
    }
    const days = this.#days();
    if (days === null) return null;
    this.#mark();
    const spans = this.#phrase(shut) ? 'closed' : this.#phrase(always) ? 'all' : this.#spans();
    return spans && { ...days, spans };
  }

  #timesThenDays(): Entry | null {
    const spans = this.#spans();
    if (spans === null) return null;
    this.#mark();
    this.#phrase(['on', 'los', 'el']);
    const days = this.#days();
    return days && { ...days, spans };
  }

  #days(): Days | null {
    const named = this.#namedDays();
    if (named) return { days: named, nth: [] };
    this.#phrase(['from', 'de', 'los', 'el', 'every', 'on', 'cada', 'todos los']);
    const behind = this.#namedDays();
    if (behind) return { days: behind, nth: [] };
    for (const [letters, language] of [
      ['m-f', 'en'],
      ['l-v', 'es'],
      ['l a v', 'es'],
    ] as const) {
      if (this.#phrase([letters])) return this.#speaks(language) ? { days: [0, 1, 2, 3, 4], nth: [] } : null;
    }
    const which: number[] = [];
    for (let one = this.#nth(); one !== null; one = this.#joined(() => this.#nth())) which.push(one);
    const days: number[] = [];
    for (let some = this.#dayOrRange(); some !== null; some = this.#joined(() => this.#dayOrRange()))
      days.push(...some);
    if (days.length === 0 || new Set(days).size < days.length) return null;
    if (which.length > 0 && (days.length > 1 || !this.#phrase(monthEnds))) return null;
    return { days: days.sort((a, b) => a - b), nth: which };
  }

  #namedDays(): number[] | null {
    if (this.#phrase(allWeek)) return [0, 1, 2, 3, 4, 5, 6];
    if (this.#phrase(workWeek)) return [0, 1, 2, 3, 4];
    return this.#phrase(weekend) ? [5, 6] : null;
  }

  #dayOrRange(): number[] | null {
    const first = this.#day();
    if (first === null) return null;
    const last = this.#after(/^\s*(?:-|to\s|through\s|thru\s|al?\s|hasta\s)\s*/, () => this.#day());
    if (last === null) return [first];
    if (last === first) return null;
    const days = [first];
    while (days.at(-1) !== last) days.push((days.at(-1)! + 1) % 7);
    return days;
  }

  #day(): number | null {
    return this.#after(/^(?:el |los )?/, () => {
      const word = /^[a-z]+/.exec(this.#rest)?.[0] ?? '';
      const language = english.has(word) ? 'en' : 'es';
      const day = english.get(word) ?? spanish.get(word) ?? eitherWay.get(word);
      if (day === undefined) return null;
      if (eitherWay.has(word)) this.#unsettled ||= word === 'mar';
      else if (!this.#speaks(language)) return null;
      // The full stop of an abbreviation.
      this.#rest = this.#rest.slice(word.length).replace(/^\.(?=[\s,:-]|$)/, '');
      return day;
    });
  }

  #nth(): number | null {
    this.#phrase(['the', 'el', 'los']);
    const word = /^[a-z0-9]+/.exec(this.#rest)?.[0] ?? '';
    return nth.has(word) && this.#phrase([word]) ? nth.get(word)! : null;
  }

  #spans(): Span[] | null {
    const spans: Span[] = [];
    for (let span = this.#span(null); span !== null; span = this.#joined(() => this.#span(spans.at(-1)!))) {
      const last = spans.at(-1);
      if (last && (span[0] < last[1] || last[1] > 1440)) return null;
      spans.push(span);
    }
    return spans.length > 0 ? spans : null;
  }

  #span(before: Span | null): Span | null {
    return this.#after(/^(?:de las |de la |de |from |las )?/, () => {
      const first = this.#time();
      const last =
        first && this.#after(/^\s*(?:-|to|until|till|a las|a la|a|hasta las|hasta la|hasta)\s*/, () => this.#time());
      return first && last ? readRange(first, last, before) : null;
    });
  }

  #time(): Clock | null {
    const named = /^(?:(?:12 )?(noon|mediodia)|(?:12 )?(midnight|medianoche))\b/.exec(this.#rest);
    if (named) {
      this.#rest = this.#rest.slice(named[0].length);
      return { hour: 12, minute: 0, half: named[1] ? 'pm' : 'am', plain: false };
    }
    const parts =
      /^(\d{1,2})(?:[:.](\d{2}))?(?:\s?(?:h|hrs|horas)\b\.?)?(?:\s?([ap])\.?\s?m\b\.?|([ap])(?![a-z])|\s(?:de|por) la (manana|tarde|noche))?(?![\d:/])/.exec(
        this.#rest,
      );
    if (!parts) return null;
    this.#rest = this.#rest.slice(parts[0].length);
    if (parts[5] === 'manana' && Number(parts[1]) === 12) return null;
    const midnight = parts[5] === 'noche' && Number(parts[1]) === 12;
    const half =
      parts[3] ?? parts[4] ?? (parts[5] === undefined ? null : parts[5] === 'manana' || midnight ? 'a' : 'p');
    return {
      hour: Number(parts[1]),
      minute: Number(parts[2] ?? 0),
      half: half === null ? null : half === 'a' ? 'am' : 'pm',
      plain: parts[1]!.length === 2 && parts[1]!.startsWith('0'),
    };
  }

  /** Takes the next of a list: "and", a comma, or both, then what `read` reads. */
  #joined<T>(read: () => T | null): T | null {
    return this.#after(/^\s*(?:,\s*(?:and|y|&)\s|,|&|\+|\/|and\s|y\s)\s*/, read);
  }

  #after<T>(pattern: RegExp, read: () => T | null): T | null {
    const before = this.#rest;
    const found = pattern.exec(this.#rest);
    if (!found) return null;
    this.#rest = this.#rest.slice(found[0].length);
    const result = read();
    if (result === null) this.#rest = before;
    return result;
  }

  #separator(): boolean {
    const found = /^\s*(?:[,;]\s*(?:and|y|&)\s|[,;/&]|and\s|y\s|\s)\s*/.exec(this.#rest);
    if (found) this.#rest = this.#rest.slice(found[0].length);
    return found !== null;
  }

  #mark(): void {
    this.#rest = this.#rest.replace(/^\s*(?:[:,-]|\s)\s*/, '');
  }

  /** Takes the longest of these phrases that comes next as whole words, and the blanks behind it. */
  #phrase(phrases: readonly string[]): string | null {
    const rest = this.#rest.trimStart();
    const found = phrases
      .filter((phrase) => rest.startsWith(phrase) && !/^[a-z0-9]/.test(rest.slice(phrase.length)))
      .sort((a, b) => b.length - a.length)[0];
    if (found === undefined) return null;
    this.#rest = rest.slice(found.length).trimStart();
    return found;
  }

  #speaks(language: 'en' | 'es'): boolean {
    this.#language ??= language;
    return this.#language === language;
  }

  #settled(): boolean {
    return !this.#unsettled || this.#language === 'es';
  }
}

/** Small letters, no accents, one kind of dash, single blanks. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[\u2010-\u2015\u2212~]/g, '-')
    .replace(/\s*-+\s*/g, '-')
    .replace(/\s*[\n\r|]+\s*/g, '; ')
    .replace(/[\s()]+/g, ' ')
    .replace(/ ?([,;])/g, '$1')
    .trim()
    .replace(/(?<!\b[ap]\.?\s?m)[.;,]+$/, '')
    .trim();
}

/** No day has two entries; a night does not run into the next day's first hours. */
function consistent(entries: Entry[]): boolean {
  const weekly = entries.filter((entry) => entry.nth.length === 0);
  if (weekly.length < entries.length && entries.length > 1) return false;
  const taken = new Map<number, Entry>();
  for (const entry of entries) {
    for (const day of entry.days) {
      if (taken.has(day)) return false;
      taken.set(day, entry);
    }
  }
  return [...taken].every(([day, { spans }]) => {
    const into = Array.isArray(spans) ? spans.at(-1)![1] - 1440 : 0;
    const next = taken.get((day + 1) % 7)?.spans;
    return into <= 0 || !Array.isArray(next) || next[0]![0] >= into;
  });
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
