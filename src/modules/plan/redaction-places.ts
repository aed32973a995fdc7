/**
 * Where in the plans of a network a text stands, among everything that is kept: versions, facts, revisions and notes, drafts too. The rows are looked
 * through by the database first, so that a short text in a large plan costs little.
 */
import { sql } from 'kysely';
import type { Tx } from '#kernel';
import { Mask, type Taken, wordsToFind } from './redaction-mask.ts';

/** One row that holds the text. */
export interface Place {
  kind: 'version' | 'fact' | 'revision' | 'note';
  key: string;
  planId: string;
  slug: string;
  /** The item, 0 for the plan itself; null for a revision. */
  ref: number | null;
  /** Names of the fields that hold it. */
  fields: string[];
  /** The public can read it, or could at some time. */
  published: boolean;
  /** The row without the text. */
  after: unknown;
}

interface Row {
  kind: Place['kind'];
  key: string;
  plan_id: string;
  slug: string;
  ref: number | null;
  published: boolean;
  content: unknown;
}

/** Every row of the network's plans that holds the text. */
export async function findPlaces(tx: Tx, networkId: string, taken: Taken): Promise<Place[]> {
  const words = wordsToFind(taken);
  const like = words?.map((word) => `%${word}%`) ?? ['%'];
  const { rows } = await sql<Row>`
    select * from (
      select 'version' as kind, v.seq::text as key, v.plan_id, p.slug, i.ref, r.approved_at is not null as published, v.fields as content
      from app.plan_version v join app.plan p on p.id = v.plan_id join app.plan_item i on i.id = v.item_id
        left join app.plan_revision r on r.id = v.revision_id where v.network_id = ${networkId}
      union all
      select 'fact', f.id::text, f.plan_id, p.slug, i.ref, r.approved_at is not null, f.data
      from app.plan_fact f join app.plan p on p.id = f.plan_id join app.plan_item i on i.id = f.item_id
        left join app.plan_revision r on r.id = f.revision_id where f.network_id = ${networkId}
      union all
      select 'revision', r.id::text, r.plan_id, p.slug, null, r.approved_at is not null,
        jsonb_build_object('note', r.note, 'return_reason', r.return_reason)
      from app.plan_revision r join app.plan p on p.id = r.plan_id where r.network_id = ${networkId}
      union all
      select 'note', n.id::text, n.plan_id, p.slug, i.ref, false, to_jsonb(n.body)
      from app.plan_note n join app.plan p on p.id = n.plan_id join app.plan_item i on i.id = n.item_id where n.network_id = ${networkId}
    ) held where lower(content::text) like any(${like}::text[])
    order by slug, ref nulls first, kind, key`.execute(tx);
  return rows.flatMap((row) => {
    const mask = new Mask([taken]);
    const around = { plan: row.plan_id, ...(row.ref !== null && { ref: row.ref }) };
    const after = mask.value(row.content, around);
    if (after === row.content) return [];
    const { kind, key, plan_id: planId, slug, ref, published } = row;
    return [{ kind, key, planId, slug, ref, published, after, fields: [...mask.found].filter(Boolean) }];
  });
}
