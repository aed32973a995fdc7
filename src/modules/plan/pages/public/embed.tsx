/** The widget for other sites: headline and bar in a frame, no script, nothing stored, one link to the plan. */
import type { Req } from '#kernel';
import { Layout } from '#ui';
import { inLocale } from '../words.ts';
import { Headline } from './headline.tsx';
import { planOnDay } from './read.ts';

export async function embedPage(req: Req) {
  const { ui, ctx } = req;
  const view = await planOnDay(req);
  const title = inLocale(view.plan.fields.title, ui.locale);
  return (
    <Layout ui={ui} title={title} kind="bare" canonical={`/${ctx.network!.slug}/plans/${view.plan.slug}`}>
      <p>
        <a href={ui.href(`/${ctx.network!.slug}/plans/${view.plan.slug}`)}>
          <b>{title}</b>
        </a>
      </p>
      <Headline ui={ui} id="embed" fields={view.plan.fields} title={title} progress={view.progress} small />
    </Layout>
  );
}
