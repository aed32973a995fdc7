/**
 * Who sees what of a record: the only place that decides it. A field, or one child of a list, is seen by the audience its mark names and by every
 * narrower one; without a mark by nobody but those who vet. A translation follows the field it translates; links between records always go along,
 * because a record that is not shown is not linked either (src/modules/directory/documents.ts).
 */
import { type Audience, audiences, type Fields, type Kind, type Marks, shape } from './shape.ts';

/** Whether something marked for `widest` may be seen by `audience`. */
export const maySee = (audience: Audience, widest: Audience = 'vetting'): boolean =>
  audiences.indexOf(audience) >= audiences.indexOf(widest);

/** Marks with nothing open to more than `widest`. */
export const narrowed = (marks: Marks, widest: Audience): Marks =>
  Object.fromEntries(Object.entries(marks).map(([name, own]) => [name, maySee(own, widest) ? own : widest]));

/** The fields of a record that an audience may see; an empty list is left out like a missing one. */
export function visibleFields(kind: Kind, fields: Fields, marks: Marks, audience: Audience): Fields {
  const out: Fields = {};
  for (const [name, field] of Object.entries(shape[kind])) {
    const value = fields[name];
    if (value === undefined) continue;
    if (field.class === 'link') {
      out[name] = value;
    } else if (field.list) {
      const seen = (value as { id: string }[]).filter((child) =>
        maySee(audience, marks[`${name}/${child.id}`] ?? marks[name]),
      );
      if (seen.length > 0) out[name] = seen;
    } else if (maySee(audience, marks[name])) {
      out[name] = value;
    }
  }
  const translated = Object.entries((fields.translations as Record<string, Record<string, string>> | undefined) ?? {})
    .map(
      ([locale, said]) => [locale, Object.fromEntries(Object.entries(said).filter(([name]) => name in out))] as const,
    )
    .filter(([, said]) => Object.keys(said).length > 0);
  if (translated.length > 0) out.translations = Object.fromEntries(translated);
  return out;
}

/** Marks that open every field a record has now to one audience; children follow their field. */
export function marksForAll(kind: Kind, fields: Fields, audience: Audience): Marks {
  return Object.fromEntries(
    Object.keys(fields)
      .filter((name) => shape[kind][name] && shape[kind][name].class !== 'link')
      .map((name) => [name, audience]),
  );
}
