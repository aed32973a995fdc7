/** What opens behind a link: the list as its reader may see it now. Nobody is counted, nothing is kept, and a link that is over says no more than that. */
import { page, type Req } from '#kernel';
import { Layout, PageHeader } from '#ui';
import { Lines } from '../pages/lines.tsx';
import { networkWords } from '../pages/words.ts';
import { shareList } from './entries.ts';
import { openShare } from './links.ts';
import { ShareEntries } from './list.tsx';
import { nationalLines } from '#modules/site';

export async function openPage(req: Req) {
  const { ui, ctx } = req;
  const found = await openShare(ctx.app, req.params.token ?? '');
  const network = found && (await ctx.app.networks.byId(found.networkId));
  if (!found || !network) return page(over(req), 404);
  await networkWords(ctx.app, network);
  const list = await shareList(ctx.app, network, ui, found.audience, found.services);
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor" canonical={null} noindex>
      <PageHeader title={ui.t('directory.share.paper')} />
      {network.isDemo && <p class="wm-strong">{ui.t('ui.demo.title')}</p>}
      {list.entries.length === 0 && <p>{ui.t('directory.share.gone')}</p>}
      <ShareEntries ui={ui} list={list} />
    </Layout>
  );
}

/** The same for a link that is over, was closed, or never was. */
function over(req: Req) {
  const { ui, ctx } = req;
  const anywhere = {
    lines: [...nationalLines],
    isDemo: false,
  };
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor" canonical={null} noindex>
      <PageHeader title={ui.t('directory.share.over')} lead={ui.t('directory.share.overLead')} />
      <Lines ui={ui} network={anywhere} />
    </Layout>
  );
}
