/**
 * Whether services are open at an instant. The same hours are kept by many services, so answers are remembered by the key of the hours and hold
 * until the door next opens or closes: the engine is asked only when something changes. Nothing about hours has to be rewritten as days pass.
 */
import { createHash } from 'node:crypto';
import type { Fields } from '#modules/organisations';
import { openAt, type ScheduleRow } from '#engines/opening-hours';

/** One entry a door, each the schedule rows that speak of it. */
export type Hours = Fields[][];

/** The key of hours: the same rows, the same key. Null for none. */
export const hoursKey = (hours: Hours): string | null =>
  hours.length === 0 ? null : createHash('sha256').update(JSON.stringify(hours)).digest('base64url').slice(0, 22);

export type OpenState = 'open' | 'closed' | 'unknown';

type Answer = { state: OpenState; from: number; until: number };

/** Several doors: open when one is; closed when all are; else nobody can say. */
function answer(hours: Hours, at: Date, zone: string): Answer {
  let state: OpenState = hours.length === 0 ? 'unknown' : 'closed';
  let until = Number.POSITIVE_INFINITY;
  for (const door of hours) {
    const one = openAt(door as ScheduleRow[], at, zone);
    if (one.until) until = Math.min(until, one.until.getTime());
    if (one.state === 'open') state = 'open';
    else if (one.state === 'unknown' && state === 'closed') state = 'unknown';
  }
  // Without an end the engine looked a year ahead at most; a day later it is asked again.
  return { state, from: at.getTime(), until: Math.min(until, at.getTime() + 86_400_000) };
}

const mostRemembered = 20_000;
const doors = new Map<string, { hours: Hours; answers: Map<string, Answer> }>();

/** Hours are remembered under their key, which is made from them. */
export function rememberHours(key: string, hours: Hours): void {
  if (doors.has(key)) return;
  if (doors.size >= mostRemembered) doors.clear();
  doors.set(key, { hours, answers: new Map() });
}

export const knowsHours = (key: string): boolean => doors.has(key);

/** The state at an instant of hours that are remembered; unknown for those that are not, and for a service without any (null). */
export function stateOf(key: string | null, at: Date, zone: string): OpenState {
  const known = key === null ? undefined : doors.get(key);
  if (!known) return 'unknown';
  let last = known.answers.get(zone);
  if (!last || at.getTime() < last.from || at.getTime() >= last.until) {
    last = answer(known.hours, at, zone);
    known.answers.set(zone, last);
  }
  return last.state;
}
