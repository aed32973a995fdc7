/**
 * What a provider chose to show to the public: a dated fact a record, each single value and each child of a list by itself. Who said so, when and how
 * stands in the event of the listing. A value or a child that came later was not chosen, so it is not public until somebody asks again.
 */
import { type Ctx, today, type Tx, authorOf } from '#kernel';
import { type Fields, type Marks, type Rec, shape } from '#modules/organisations';
import { directory } from './tables.ts';

type Marked = Pick<Rec, 'kind' | 'fields' | 'marks'>;

// Rules.

/** Fields that need a mark to be seen; links go along by themselves. */
export const markable = (rec: Pick<Rec, 'kind' | 'fields'>): string[] =>
  Object.entries(shape[rec.kind]).flatMap(([name, field]) =>
    field.class !== 'link' && rec.fields[name] !== undefined ? [name] : [],
  );

const childrenOf = (rec: Pick<Rec, 'kind' | 'fields'>, name: string): string[] | null =>
  shape[rec.kind][name]?.list ? ((rec.fields[name] as Fields[]) ?? []).map((child) => String(child.id)) : null;

/** All that can be chosen of a record: a field, or `field/child id` for each child of a list. */
export const choosable = (rec: Pick<Rec, 'kind' | 'fields'>): string[] =>
  markable(rec).flatMap((name) => childrenOf(rec, name)?.map((child) => `${name}/${child}`) ?? [name]);

/** Whether one of them was chosen; who chose a list whole, as one could once, chose each child it had. */
const isChosen = (chosen: ReadonlySet<string>, name: string): boolean =>
  chosen.has(name) || (name.includes('/') && chosen.has(name.split('/')[0]!));

const isOpen = (rec: Marked, name: string): boolean => (rec.marks[name] ?? rec.marks[name.split('/')[0]!]) === 'public';

/**
 * The marks of a record when the public sees what was chosen and no more. A list itself is never public: what is added to it is not chosen yet. What was
 * public and is not chosen stays with those inside who refer.
 */
export function marksAsChosen(rec: Marked, chosen: ReadonlySet<string>): Marks {
  const marks: Marks = {};
  for (const [name, widest] of Object.entries(rec.marks)) marks[name] = widest === 'public' ? 'partner' : widest;
  for (const name of choosable(rec)) if (isChosen(chosen, name)) marks[name] = 'public';
  return marks;
}

/** What is open to the public though its provider did not choose it. */
export const openUnchosen = (rec: Marked, chosen: ReadonlySet<string>): string[] =>
  choosable(rec).filter((name) => isOpen(rec, name) && !isChosen(chosen, name));

/** What of a record is open to the public. */
export const openNow = (rec: Marked): string[] => choosable(rec).filter((name) => isOpen(rec, name));

// Facts.

export interface Choice {
  on: string;
  chosen: ReadonlySet<string>;
  /** Who said so, as it was written down; empty where nobody wrote it. */
  saidBy: string;
}

/** Writes down a choice of today (or of `on`), a row a record; the event that says who chose has just been added. */
export async function addChoices(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'actor' | 'network'>,
  organizationId: string,
  choices: readonly { recordId: string; chosen: readonly string[] }[],
  on: string = today(ctx),
): Promise<void> {
  if (choices.length === 0) return;
  const networkId = ctx.network!.id;
  const event = await directory(tx)
    .selectFrom('app.directory_event')
    .select('seq')
    .where('network_id', '=', networkId)
    .where('organization_id', '=', organizationId)
    .where('kind', '=', 'published')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  await directory(tx)
    .insertInto('app.directory_choice')
    .values(
      choices.map(({ recordId, chosen }) => ({
        network_id: networkId,
        organization_id: organizationId,
        record_id: recordId,
        event_seq: event?.seq ?? null,
        on_day: on,
        chosen: [...chosen],
        author_id: authorOf(ctx),
        at: ctx.app.clock(),
      })),
    )
    .execute();
}

/** The choice that counts now for one record, or null when its provider never said. */
export async function choiceOf(tx: Tx, networkId: string, recordId: string): Promise<Choice | null> {
  const row = await directory(tx)
    .selectFrom('app.directory_choice as c')
    .leftJoin('app.directory_event as e', 'e.seq', 'c.event_seq')
    .select(['c.on_day', 'c.chosen', 'e.data'])
    .where('c.network_id', '=', networkId)
    .where('c.record_id', '=', recordId)
    .orderBy('c.seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const saidBy = row.data?.saidBy;
  return { on: row.on_day, chosen: new Set(row.chosen), saidBy: typeof saidBy === 'string' ? saidBy : '' };
}
