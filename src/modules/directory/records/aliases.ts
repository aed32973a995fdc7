/**
 * Ids of duplicates that lead on: for each audience those, and only those, that it could read before they were merged. To whoever never could, such an
 * id is like one that never was.
 */
import { sql } from 'kysely';
import type { Tx } from '#kernel';
import { directory } from '../tables.ts';

/** Called before the documents of the duplicate go. */
export async function keepAlias(tx: Tx, networkId: string, from: string, into: string): Promise<void> {
  await sql`
    insert into site.directory_alias (network_id, id, into_id) select network_id, id, ${into}::uuid from site.directory_document
    where network_id = ${networkId} and id = ${from}::uuid on conflict (network_id, id) do update set into_id = excluded.into_id`.execute(
    tx,
  );
  await sql`
    insert into app.directory_alias (network_id, audience, id, into_id) select network_id, audience, id, ${into}::uuid from app.directory_document
    where network_id = ${networkId} and id = ${from}::uuid on conflict (network_id, audience, id) do update set into_id = excluded.into_id`.execute(
    tx,
  );
  for (const table of ['site.directory_alias', 'app.directory_alias'] as const)
    await directory(tx)
      .updateTable(table)
      .set({ into_id: into })
      .where('network_id', '=', networkId)
      .where('into_id', '=', from)
      .execute();
}

/** Called when a merge was taken back: the id stands for itself, and what was merged into it before leads to it again. */
export async function endAlias(tx: Tx, networkId: string, id: string): Promise<void> {
  for (const table of ['site.directory_alias', 'app.directory_alias'] as const) {
    await directory(tx).deleteFrom(table).where('network_id', '=', networkId).where('id', '=', id).execute();
    await sql`
      with recursive below(id) as (
        select from_id from app.record_merge where network_id = ${networkId} and into_id = ${id}::uuid and undone_at is null
        union select m.from_id from app.record_merge m join below b on m.into_id = b.id where m.network_id = ${networkId} and m.undone_at is null)
      update ${sql.table(table)} a set into_id = ${id}::uuid from below where a.network_id = ${networkId} and a.id = below.id`.execute(
      tx,
    );
  }
}
