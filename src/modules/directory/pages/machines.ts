/** What programs read of the services: the Atom feed of new public ones, and their addresses for search engines. */
import { Feed } from 'feed';
import { sql } from 'kysely';
import type { Ctx, Req } from '#kernel';
import type { Fields } from '#modules/organisations';
import { said } from './said.tsx';

const mostEntries = 50;
const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

type Row = { id: string; document: Fields; since: string; owner: Fields | null };

/** New public services, the newest first. */
export async function feedFile(req: Req): Promise<Response> {
  const { ui, ctx } = req;
  const network = ctx.network!;
  const rows = await ctx.app.db.readPublic(network.id, async (tx) => {
    const found = await sql<Row>`
      select s.id, s.document, s.since::text as since, o.document as owner from site.directory_document s
      left join site.directory_document o on o.network_id = s.network_id and o.kind = 'organization' and o.id = s.organization_id
      where s.network_id = ${network.id} and s.kind = 'service' order by s.since desc, s.name, s.id limit ${mostEntries}`.execute(
      tx,
    );
    return found.rows;
  });
  const base = `${ctx.app.config.baseUrl}/${network.slug}/services`;
  const noon = (day: string) => new Date(`${day}T12:00:00Z`);
  const feed = new Feed({
    id: base,
    link: base,
    title: escape(ui.t('directory.page.feed', { network: ui.network!.name })),
    language: ui.locale,
    copyright: '',
    updated: rows[0] ? noon(rows[0].since) : new Date(0),
    feedLinks: { atom: `${base}/feed.atom` },
  });
  for (const row of rows) {
    const owner = row.owner ? said(row.owner, 'name', ui.locale)?.text : undefined;
    const name = said(row.document, 'name', ui.locale)!.text;
    feed.addItem({
      id: `${base}/${row.id}`,
      link: `${base}/${row.id}`,
      title: escape(owner && owner !== name ? `${name} (${owner})` : name),
      date: noon(row.since),
      description: escape(said(row.document, 'description', ui.locale)?.text ?? ''),
    });
  }
  return new Response(feed.atom1(), { headers: { 'content-type': 'application/atom+xml; charset=utf-8' } });
}

/** The addresses of public services and organisations. */
export async function servicesSitemap(ctx: Ctx): Promise<string[]> {
  if (!ctx.network) return [];
  const { id } = ctx.network;
  const rows = await ctx.app.db.readPublic(id, async (tx) => {
    const found = await sql<{ kind: string; id: string }>`
      select kind, id from site.directory_document where network_id = ${id} and kind in ('service', 'organization')
      order by kind desc, name, id limit 49000`.execute(tx);
    return found.rows;
  });
  return ['/services', ...rows.map((row) => `/${row.kind}s/${row.id}`)];
}
