/** The Atom feed of a plan: one entry for each publication, with what changed in words and the headline of that day. */
import { Feed } from 'feed';
import type { Req } from '#kernel';
import { formatInstant } from '#ui';
import { publicRevisions } from '../../public.ts';
import { publicRedactions } from '../../redaction-site.ts';
import { escapeHtml, inLocale, say } from '../words.ts';
import { sentenceOf } from './headline.tsx';
import { planOnDay } from './read.ts';

const mostEntries = 30;

/** Readers take an entry's summary as HTML, so every line is made safe first. */
const paragraphs = (lines: string[]): string => lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('');

export async function feedFile(req: Req): Promise<Response> {
  const { ui, ctx } = req;
  const view = await planOnDay(req);
  const base = `${ctx.app.config.baseUrl}/${ctx.network!.slug}/plans/${view.plan.slug}`;
  const title = inLocale(view.plan.fields.title, ui.locale);
  const revisions = await publicRevisions(ctx.app, ctx.network!.id, view.plan.id, { limit: mostEntries });
  const takenOut = await publicRedactions(ctx.app, ctx.network!.id, view.plan.id);
  const byRef = new Map(view.items.map((item) => [item.ref, item]));
  const feed = new Feed({
    id: base,
    link: base,
    title: escapeHtml(title),
    description: escapeHtml(sentenceOf(ui, view.progress, title)),
    language: ui.locale,
    copyright: '',
    updated: new Date(Math.max(view.plan.publishedAt.getTime(), takenOut[0]?.at.getTime() ?? 0)),
    feedLinks: { atom: `${base}/feed.atom` },
  });
  for (const revision of revisions) {
    const lines = revision.changes.map((change) => {
      const item = byRef.get(change.ref);
      const name = item ? `${item.number} ${inLocale(item.title, ui.locale)}: `.trimStart() : '';
      return `${name}${say(ui, change.said)}`;
    });
    feed.addItem({
      id: `${base}#r${revision.n}`,
      link: `${base}/history#r${revision.n}`,
      title: escapeHtml(ui.t('plan.feed.entry', { title, n: revision.n, changes: revision.changes.length })),
      date: revision.publishedAt,
      description:
        paragraphs([inLocale(revision.note, ui.locale), ...lines].filter(Boolean)) ||
        escapeHtml(ui.t('plan.page.firstPublished')),
    });
  }
  for (const { id, at } of takenOut.slice(0, mostEntries))
    feed.addItem({
      id: `${base}#t-${id}`,
      link: `${base}/history#t-${id}`,
      title: escapeHtml(ui.t('plan.page.takenOut', { day: formatInstant(ui.locale, at, ui.timeZone) })),
      date: at,
      description: escapeHtml(ui.t('plan.page.takenOutWhy')),
    });
  return new Response(feed.atom1(), { headers: { 'content-type': 'application/atom+xml; charset=utf-8' } });
}
