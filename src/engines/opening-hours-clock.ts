/**
 * From the clock on the wall to instants. When clocks are put forward some times never show: they are reached at the change. When clocks are put
 * back some times show twice: between the two nobody can say from a timetable alone whether the door is open, so both are told.
 */

export interface Reached {
  /** Milliseconds: when the clock first shows this time or a later one. */
  first: number;
  /** From when on it shows no earlier time any more; the same instant on all but one night a year. */
  last: number;
}

const minute = 60_000;
const dayLength = 86_400_000;
const hour = 3_600_000;

/** A day's offset where it does not change around that day. A plain memory of what Temporal answers: a directory asks the same days again and again. */
const steady = new Map<string, number | null>();
const mostRemembered = 20_000;

/** When the clock of `zone` reaches `minutes` after midnight (0 to 1439) of the day with this number. Throws RangeError for an unknown zone. */
export function reached(zone: string, day: number, minutes: number): Reached {
  const wall = day * dayLength + minutes * minute;
  const offset = steadyOffset(zone, day);
  if (offset !== null) return { first: wall - offset, last: wall - offset };
  const plain = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime();
  const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = plain.toZonedDateTime(zone, { disambiguation: 'later' });
  const change = earlier.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
  if (!earlier.toPlainDateTime().equals(plain)) return { first: change, last: change };
  const first = earlier.epochMilliseconds;
  // The time that clocks are put back to: from the first time it shows on, the clock is never before it again.
  return { first, last: later.epochMilliseconds === change ? first : later.epochMilliseconds };
}

/** When a day begins: the first time midnight shows. */
export const dayBegins = (zone: string, day: number): number => reached(zone, day, 0).first;

/** The number of the day and the minutes after midnight that the clock shows at an instant. */
export function wallAt(zone: string, at: number): { day: number; minutes: number } {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const wall = at + local.offsetNanoseconds / 1_000_000;
  const day = Math.floor(wall / dayLength);
  return { day, minutes: Math.floor((wall - day * dayLength) / minute) };
}

/** Whether a fixed offset in minutes is one that the clocks of the place use in winter or in summer. */
export function usesOffset(zone: string, offset: number): boolean {
  return ['2026-01-15T12:00Z', '2026-07-15T12:00Z'].some(
    (at) => Temporal.Instant.from(at).toZonedDateTimeISO(zone).offsetNanoseconds === offset * minute * 1_000_000,
  );
}

/** The zone's name as Temporal takes it, or null. */
export function knownZone(name: string): string | null {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return null;
  }
}

function steadyOffset(zone: string, day: number): number | null {
  const key = `${zone} ${day}`;
  let offset = steady.get(key);
  if (offset === undefined) {
    // Wide enough for every zone from -12 to +14 hours, so no change can touch the day from outside.
    const before = Temporal.Instant.fromEpochMilliseconds(day * dayLength - 16 * hour).toZonedDateTimeISO(zone);
    const change = before.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
    offset = change <= day * dayLength + 40 * hour ? null : before.offsetNanoseconds / 1_000_000;
    if (steady.size >= mostRemembered) steady.clear();
    steady.set(key, offset);
  }
  return offset;
}
