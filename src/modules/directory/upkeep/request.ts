/**
 * One provider asked once: where the request stands and what comes next, worked out from its dated events. Pure.
 *
 *   asked → reminded → escalated → demoted        a letter went out, nothing came back
 *      ↘ calling                                  no letter may or can go: people call, and nobody is set aside for our silence
 *   each of them → closed: answered | ended | unlisted | restored
 *
 * Each wait counts from the day on which the step before it was really taken: after an outage, or a clock that jumped, a provider has as long to
 * answer as any other. At most one step is taken a day.
 */
export const requestKinds = ['asked', 'calling', 'reminded', 'escalated', 'demoted'] as const;
export type RequestKind = (typeof requestKinds)[number];
export const closings = ['answered', 'ended', 'unlisted', 'restored'] as const;
export type Closing = (typeof closings)[number];
export const callingWhys = ['doNotContact', 'noAddress', 'undelivered'] as const;
export type CallingWhy = (typeof callingWhys)[number];

export interface RequestEvent {
  kind: RequestKind;
  on: string;
  why: CallingWhy | null;
}

/** What was asked: names of values, as they stood that day. */
export interface Asked {
  record: string;
  field: string;
}

export interface Waits {
  remind: number;
  escalate: number;
  demote: number;
}

export type RequestState = RequestKind | Closing;

/** Where a request stands. */
export function stateOf(events: readonly RequestEvent[], closed: Closing | null): RequestState {
  if (closed) return closed;
  return requestKinds.findLast((kind) => events.some((event) => event.kind === kind)) ?? 'calling';
}

const addDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

export type Step = 'reminded' | 'escalated' | 'demoted';

/** The step that comes next while nobody answers, with the first day on which it may be taken; null when people call, or all is over. */
export function nextStep(
  events: readonly RequestEvent[],
  answerBy: string,
  waits: Waits,
): { step: Step; from: string } | null {
  const on = (kind: RequestKind) => events.find((event) => event.kind === kind)?.on;
  const [asked, reminded, escalated] = [on('asked'), on('reminded'), on('escalated')];
  if (asked === undefined || on('calling') !== undefined || on('demoted') !== undefined) return null;
  if (escalated !== undefined) return { step: 'demoted', from: addDays(escalated, waits.demote) };
  if (reminded !== undefined) {
    const waited = addDays(reminded, waits.escalate);
    const after = addDays(answerBy, 1);
    return { step: 'escalated', from: waited > after ? waited : after };
  }
  return { step: 'reminded', from: addDays(asked, waits.remind) };
}

/** An asked value is settled by an answer, or by anybody who made sure of it, or changed it, since that day. Gone values are settled. */
export function openOf(
  asked: readonly Asked[],
  askedOn: string,
  answered: readonly Asked[],
  values: ReadonlyMap<string, { since: string; checked: string | null }>,
): Asked[] {
  const done = new Set(answered.map(keyOf));
  return asked.filter((one) => {
    const value = values.get(keyOf(one));
    if (done.has(keyOf(one)) || !value) return false;
    return !(value.since > askedOn) && !(value.checked !== null && value.checked >= askedOn);
  });
}

export const keyOf = ({ record, field }: Asked): string => `${record}:${field}`;
