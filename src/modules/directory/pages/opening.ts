/** Whether a service can be reached now, told in words: open until when, closed until when, or that nobody knows. Several doors: the best one counts. */
import { openAt, type ScheduleRow } from '#engines/opening-hours';
import type { Fields } from '#modules/organisations';
import type { Locale, Ui } from '#ui';
import type { Doc, ServiceView } from './read.ts';

export interface Door {
  /** Null: the service's own hours, not those of a place. */
  place: Doc | null;
  rows: ScheduleRow[];
}

const rowsOf = (body: Fields): ScheduleRow[] => (body.schedules as ScheduleRow[] | undefined) ?? [];

/** One entry a door: hours of the service at a place, else of the service itself, else of the place. As search sees them (../search/rows.ts). */
export function doorsOf({ service, places }: Pick<ServiceView, 'service' | 'places'>): Door[] {
  const own = rowsOf(service.body);
  const out: Door[] = [];
  for (const { link, place } of places) {
    if (rowsOf(link.body).length > 0) out.push({ place, rows: rowsOf(link.body) });
    else if (own.length === 0 && rowsOf(place.body).length > 0) out.push({ place, rows: rowsOf(place.body) });
  }
  return own.length > 0 ? [{ place: null, rows: own }, ...out] : out;
}

export interface Now {
  state: 'open' | 'closed' | 'unknown';
  /** Open: when the last door closes. */
  until?: Date;
  /** Not open: when a door certainly opens next. */
  next?: Date;
  appointment: boolean;
}

export function nowOf(view: Pick<ServiceView, 'service' | 'places'>, at: Date, zone: string): Now {
  const answers = doorsOf(view).map((door) => openAt(door.rows, at, zone));
  const open = answers.filter((one) => one.state === 'open');
  if (open.length > 0) {
    const ends = open.map((one) => one.until?.getTime() ?? Number.POSITIVE_INFINITY);
    const last = Math.max(...ends);
    return {
      state: 'open',
      ...(Number.isFinite(last) ? { until: new Date(last) } : {}),
      appointment: open.every((one) => one.because.appointment === true),
    };
  }
  const nexts = answers.flatMap((one) => (one.next ? [one.next.getTime()] : []));
  return {
    state: answers.length === 0 || answers.some((one) => one.state === 'unknown') ? 'unknown' : 'closed',
    ...(nexts.length > 0 ? { next: new Date(Math.min(...nexts)) } : {}),
    appointment: false,
  };
}

type Speaker = Pick<Ui, 't' | 'locale'>;

const tags: Record<Locale, string> = { en: 'en-US', es: 'es-US' };
const formats = new Map<string, Intl.DateTimeFormat>();
function format(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(tags[locale], options)));
  return made;
}

/** "at 5:00 PM", "Monday at 9:00 AM", "January 4 at 9:00 AM": as much as is needed from where the reader stands. After "until" the first is "5:00 PM". */
function whenWords(ui: Speaker, at: Date, now: Date, timeZone: string, after: 'at' | 'until'): string {
  const { locale } = ui;
  const days = Math.round((startOf(at, timeZone) - startOf(now, timeZone)) / 86_400_000);
  // In Spanish the word before the time goes by the hour.
  const hour = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).hour % 12;
  const time = format(locale, { hour: 'numeric', minute: '2-digit', timeZone }).format(at);
  if (days === 0) return ui.t(`directory.page.when.${after}`, { time, hour });
  const near = days > 0 && days < 7;
  const day = format(locale, near ? { weekday: 'long', timeZone } : { month: 'long', day: 'numeric', timeZone });
  return ui.t('directory.page.when.day', {
    day: day.format(at),
    at: ui.t('directory.page.when.at', { time, hour }),
  });
}

const startOf = (at: Date, timeZone: string): number =>
  Date.parse(
    Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString(),
  );

/** "Open now, until 5:00 PM". */
export function nowWords(ui: Speaker, state: Now, now: Date, timeZone: string): string {
  const when = (at: Date, after: 'at' | 'until' = 'at') => whenWords(ui, at, now, timeZone, after);
  if (state.state === 'open') {
    if (state.appointment) return ui.t('directory.page.now.appointment');
    return state.until
      ? ui.t('directory.page.now.openUntil', { when: when(state.until, 'until') })
      : ui.t('directory.page.now.open');
  }
  if (state.state === 'closed')
    return state.next
      ? ui.t('directory.page.now.closedUntil', { when: when(state.next) })
      : ui.t('directory.page.now.closed');
  return state.next
    ? ui.t('directory.page.now.unknownNext', { when: when(state.next) })
    : ui.t('directory.page.now.unknown');
}

/** A time of the clock "17:00" as people say it. */
export function clockWords(locale: Locale, time: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return format(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(
    new Date(Date.UTC(2000, 0, 1, hour % 24, minute)),
  );
}

/** Monday is 1. */
export const weekdayWord = (locale: Locale, weekday: number): string =>
  format(locale, { weekday: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, weekday)));
