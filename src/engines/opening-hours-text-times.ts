/**
 * Two times of day as people write them, read as one span or refused. Everything that hangs on a missing "am" or "pm" is decided here: where
 * more than one reading is possible only the one that everybody means is taken, and where there is none such, nothing.
 */

export interface Clock {
  hour: number;
  minute: number;
  half: 'am' | 'pm' | null;
  /** Written with a leading zero, as only a 24-hour clock is. */
  plain: boolean;
}

/** Minutes after midnight; an end beyond 1440 is the next day's. */
export type Span = [number, number];

/** Longer than this a span that runs over midnight is rather a slip of the pen. */
const longestNight = 16 * 60;

/** The span, or null when it is not certain. `before` is the span that the same sentence named before it. */
export function readRange(first: Clock, last: Clock, before: Span | null): Span | null {
  if (first.minute > 59 || last.minute > 59 || first.hour > 24 || last.hour > 24) return null;
  if ([first, last].some((time) => time.half !== null && (time.hour < 1 || time.hour > 12))) return null;
  if (first.half !== null && last.half !== null) return night(half(first, first.half), half(last, last.half));
  const wide = [first, last].some((time) => time.plain || time.hour > 12 || time.hour === 0);
  if (wide) {
    if (first.half !== null || last.half !== null || first.hour === 24) return null;
    const [start, end] = [first.hour * 60 + first.minute, last.hour * 60 + last.minute];
    if (end > 1440 || (first.hour >= 1 && first.hour <= 4)) return null;
    const late = first.hour > 12 || last.hour > 12 || first.hour === 0 || last.hour === 0;
    // A leading zero alone proves little: "08:00-05:00" and "07:00-09:00" are also written for afternoon and evening.
    if (!late) return end > start && last.hour >= 11 ? [start, end] : null;
    return end > start || first.hour > 12 ? night(start, end) : null;
  }
  return oneHalf(first, last, before);
}

/** Both hours are 1 to 12 and at least one of them does not say which half of the day. */
function oneHalf(first: Clock, last: Clock, before: Span | null): Span | null {
  const bare = (time: Clock) => (time.hour % 12) * 60 + time.minute;
  const [start, end] = [bare(first), bare(last)];
  if (start === end) return null;
  if (last.half === 'pm') {
    // "1-5pm" is an afternoon, "9-5pm" a day; "11-12pm" ends at noon.
    if (last.hour === 12) return first.hour >= 7 && first.hour < 12 ? [start, 720 + last.minute] : null;
    if (start > end) return first.hour >= 6 && first.hour < 12 ? [start, end + 720] : null;
    // "9-11pm" may be one long day or an evening.
    return first.hour === 12 || first.hour <= 5 ? [start + 720, end + 720] : null;
  }
  // "8-11am" is a morning, "7-8am" may be a night in a shelter.
  if (last.half === 'am')
    return first.hour !== 12 && start < end && last.hour >= 10 && last.hour < 12 ? [start, end] : null;
  if (first.half === 'am') {
    if (first.hour === 12) return null;
    if (last.hour === 12) return [start, 720 + last.minute];
    return end < start ? [start, end + 720] : null;
  }
  // "1pm-5" is an afternoon, "5pm-9" an evening or a night.
  if (first.half === 'pm')
    return start < end && (first.hour === 12 || first.hour <= 2) ? [start + 720, end + 720] : null;
  if (before !== null && before[1] >= 720 && first.hour <= 5) {
    // After a morning the afternoon: "9-12, 1-5".
    return before[1] <= start + 720 && end > start && last.hour < 12 ? [start + 720, end + 720] : null;
  }
  if (first.hour < 7 || first.hour === 12) return null;
  if (last.hour === 12) return [start, 720 + last.minute];
  return last.hour <= 5 ? [start, end + 720] : null;
}

function night(start: number, end: number): Span | null {
  if (end > start) return [start, end];
  const length = end + 1440 - start;
  return end === start || (end !== 0 && length > longestNight) ? null : [start, end + 1440];
}

function half(time: Clock, which: 'am' | 'pm'): number {
  return (time.hour % 12) * 60 + time.minute + (which === 'pm' ? 720 : 0);
}
