/**
 * The schema of the records has the last word on what a file said: values that it refuses are taken out one by one, whole entries where they cannot do
 * without, and the record itself when nothing of it is left to stand.
 */
import { type Fields, type Kind, recordSchema, required } from '#engines/record-shape';

/** How often a record is looked at again after something was taken out of it. */
const rounds = 6;

/**
 * The fields that may be saved, or null. `refuse` is told of each value (its field, and the id of the entry it stands in, null for the record itself);
 * field null: the record.
 */
export function judge(
  kind: Kind,
  given: Fields,
  refuse: (field: string | null, entry: string | null) => void,
): Fields | null {
  const fields = JSON.parse(JSON.stringify(given)) as Fields;
  if (kind === 'service') fields.status ??= 'active';
  if (kind === 'location') fields.location_type ??= 'physical';
  for (let round = 0; round < rounds; round++) {
    const parsed = recordSchema[kind].safeParse(fields);
    if (parsed.success && required[kind].every((name) => fields[name] !== undefined)) return fields;
    if (parsed.success) break;
    // From the end, so that what is taken out of a list does not move what is still to be taken.
    for (const issue of [...parsed.error.issues].reverse()) {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
      refuse(String(path.findLast((step) => typeof step === 'string') ?? kind), entryAt(fields, path));
      takeOut(fields, path);
    }
  }
  refuse(null, null);
  return null;
}

function takeOut(fields: Fields, path: readonly PropertyKey[]): void {
  const last = path.at(-1);
  const holder = at(fields, path.slice(0, -1));
  if (holder === undefined || last === undefined) return;
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else if (holder[last as string] !== undefined) delete holder[last as string];
  else {
    // What an entry cannot do without takes the entry along.
    const list = path.findLastIndex((step) => typeof step === 'number');
    if (list >= 0) takeOut(fields, path.slice(0, list + 1));
  }
}

function at(fields: Fields, path: readonly PropertyKey[]): Fields | unknown[] | undefined {
  let value: unknown = fields;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return typeof value === 'object' && value !== null ? (value as Fields | unknown[]) : undefined;
}

/** The id of the innermost entry on a path. */
function entryAt(fields: Fields, path: readonly PropertyKey[]): string | null {
  for (let length = path.length; length > 0; length--) {
    const value = at(fields, path.slice(0, length));
    if (value && !Array.isArray(value) && typeof value.id === 'string') return value.id;
  }
  return null;
}
