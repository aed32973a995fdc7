/**
 * What a provider is asked on the page of a letter: one question a value, with the value as it stands where the letter's reader may see it. What is
 * kept for those who vet is asked without being shown, and of a hidden place only whether it is still where we know it to be, and where it is if not.
 */
import { type Audience, type Rec, visibleFields } from '#modules/organisations';
import { nothingUnseen, type Unseen } from '../vetting/own/children.ts';
import { type Control, controlsOf, inParts, shownValue } from '../vetting/own/edit.ts';
import { classOf } from './due.ts';
import { type Asked, keyOf } from './request.ts';

export interface Question extends Asked {
  /** How what is right can be written: into a control of its own, or in words for a person to see to. */
  control: Control | 'words' | 'place';
  /** Whether the value may be shown; what is kept inside is asked without. */
  shown: boolean;
  /** What the control holds at first. */
  value: string;
  /** Children of a list that the reader is not shown; they stay as they are. */
  unseen: Unseen;
}

export interface Group {
  rec: Rec;
  /** Null for a hidden place, whose name may say where it is. */
  name: string | null;
  questions: Question[];
}

/** What the reader of a letter may be shown: as those who refer people see it, and places only as everyone does. */
const audienceFor = (rec: Rec, field: string): Audience =>
  classOf(rec.kind, field) === 'place' ? 'public' : 'hotline';

const visible = (rec: Rec, field: string): unknown =>
  visibleFields(rec.kind, rec.fields, rec.marks, audienceFor(rec, field))[field];

/** Whether all of a value may be shown: a list of which some is kept inside is asked as kept inside. */
function mayBeShown(rec: Rec, field: string): boolean {
  const seen = visible(rec, field);
  const whole = rec.fields[field];
  return seen !== undefined && !(Array.isArray(whole) && (seen as unknown[]).length < whole.length);
}

function unseenIn(rec: Rec, field: string): Unseen {
  const ids = (list: unknown) => (Array.isArray(list) ? (list as { id: string }[]).map(({ id }) => id) : []);
  const seen = new Set(ids(visible(rec, field)));
  return new Set(ids(rec.fields[field]).filter((id) => !seen.has(id)));
}

/** Open values as questions, a group a record, in the order of the records. */
export function groupsOf(recs: readonly Rec[], open: readonly Asked[]): Group[] {
  const byId = new Map(recs.map((rec) => [rec.id, rec]));
  const wanted = new Set(open.map(keyOf));
  const rank = { organization: 0, program: 1, service: 2, location: 3, service_at_location: 4 };
  return recs
    .toSorted((a, b) => rank[a.kind] - rank[b.kind])
    .flatMap((rec): Group[] => {
      const fields = rec.confidential ? ['*'] : Object.keys(rec.fields);
      const questions = fields
        .filter((field) => wanted.has(keyOf({ record: rec.id, field })))
        .map((field) => questionOf(rec, field));
      return questions.length > 0 ? [{ rec, name: nameOf(rec, byId), questions }] : [];
    });
}

function nameOf(rec: Rec, byId: ReadonlyMap<string, Rec>): string | null {
  if (rec.confidential) return null;
  const own = rec.kind === 'service_at_location' ? byId.get(String(rec.fields.service_id)) : rec;
  return String(own?.fields.name ?? '');
}

function questionOf(rec: Rec, field: string): Question {
  const at = { record: rec.id, field, unseen: nothingUnseen };
  if (field === '*') return { ...at, control: 'place', shown: false, value: '' };
  const shown = mayBeShown(rec, field);
  const control = controlsOf(rec).find((one) => one.name === field);
  // What is asked part by part can be added to without seeing what is there.
  if (control && inParts(control.control))
    return { ...at, control: control.control, shown, value: '', unseen: unseenIn(rec, field) };
  return control && shown
    ? { ...at, control: control.control, shown, value: shownValue(rec, control) }
    : { ...at, control: 'words', shown, value: '' };
}
