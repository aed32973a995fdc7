/**
 * Saving what one form changed of a record: the rest stays as it is, marks too, and what somebody else wrote while the form was open is shown beside
 * what was typed, never lost and never overwritten unseen.
 */
import type { Req } from '#kernel';
import { type Fields, type Marks, type Rec, storiesOf, type Version } from '#modules/organisations';
import { Alert, Hidden, type Ui } from '#ui';
import { saveRecord } from './actions.ts';
import { reading, type Refused } from './frame.tsx';
import { Changes } from './history.tsx';

/** Saves a record as the form leaves it. `seq` is the version the form was drawn from; Problem.conflict when there is a newer one. */
export async function save(
  req: Req,
  rec: Rec,
  next: { fields?: Fields; marks?: Marks },
): Promise<{ changed: boolean }> {
  const { fields } = await req.form();
  return saveRecord(req.ctx, {
    id: rec.id,
    kind: rec.kind,
    seq: Number(fields.seq),
    fields: next.fields ?? rec.fields,
    // Always said: the mark of a value that goes away goes with it, so that one that comes later is not open unseen.
    marks: next.marks ?? rec.marks,
    note: noteOf(fields.note),
  });
}

/** Two notes are said by the product itself (a provider's choice, a merge); nobody else says them word for word. */
const noteOf = (said = ''): string => (['public', 'merge'].includes(said.trim()) ? `“${said.trim()}”` : said);

/** The versions that came since the one a form was drawn from, with that one first. */
export async function since(req: Req, rec: Rec, refused: Refused): Promise<Version[]> {
  if (!refused.meanwhile) return [];
  const seen = Number(refused.values.seq);
  const { versions } = (await reading(req.ctx, (tx) => storiesOf(tx, req.ctx.network!.id, [rec.id]))).get(rec.id)!;
  const from = versions.findIndex((one) => one.seq === seen);
  return from < 0 ? [] : versions.slice(from);
}

/** What others changed meanwhile. The form under it holds what was typed, on top of the newest version. */
export function Meanwhile({ ui, versions }: { ui: Ui; versions: readonly Version[] }) {
  const [first, last] = [versions[0], versions.at(-1)];
  if (!first || !last || first === last) return null;
  return (
    <Alert
      kind="warning"
      announce={false}
      title={ui.t('directory.records.meanwhile', { name: last.by ?? ui.t('directory.records.nobody') })}
    >
      <Changes ui={ui} before={first} after={last} />
      <p>{ui.t('directory.records.meanwhileLead')}</p>
    </Alert>
  );
}

/** The version a form is drawn from. */
export const Seq = ({ rec }: { rec: Rec }) => <Hidden name="seq" value={String(rec.seq)} />;
