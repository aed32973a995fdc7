/** Finding services from the network's home page, and from other sites in a frame without any script. */
import type { Req } from '#kernel';
import { Layout, paths, Section } from '#ui';
import { ShortForm } from './ask-form.tsx';
import { deskOf } from './staff/who.ts';

export async function homePanel(req: Req) {
  const { ui, ctx } = req;
  const path = ui.href(`/${ctx.network!.slug}/services`);
  return (
    <Section title={ui.t('directory.page.title')} id="services">
      <ShortForm ui={ui} action={path} />
      <p>
        <a href={path}>{ui.t('directory.page.home')}</a>
      </p>
    </Section>
  );
}

/** What an advocate comes for, on the staff start page. */
export const deskPanel = async ({ ui, ctx }: Req) => (
  <Section title={ui.t('directory.desk.nav')}>
    <ShortForm ui={ui} action={ui.href(deskOf(ctx))} />
  </Section>
);

/** The widget: the form opens its answers in the whole window, on this site. */
export function embedPage(req: Req) {
  const { ui, ctx } = req;
  const path = `/${ctx.network!.slug}/services`;
  return (
    <Layout ui={ui} title={ui.t('directory.page.title')} kind="bare" canonical={path}>
      <p class="wm-strong">{ui.t('directory.page.title')}</p>
      <ShortForm ui={ui} action={ui.href(path)} />
      <p class="wm-small">
        <a href={ui.href(`/${ctx.network!.slug}/help`)}>{ui.t('ui.help.link')}</a> ·{' '}
        <a href={paths.leave} rel="nofollow noreferrer">
          {ui.t('ui.exit')}
        </a>
      </p>
    </Layout>
  );
}
