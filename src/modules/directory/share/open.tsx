/** What opens behind a link: the list as its reader may see it now. Nobody is counted, nothing is kept, and a link that is over says no more than that. */
import { page, type Req } from '#kernel';
import { formatInstant, Layout, PageHeader } from '#ui';
import { networkWords } from '../pages/words.ts';
import { shareList } from './entries.ts';
import { openShare } from './links.ts';
import { ShareEntries } from './list.tsx';
import { callAddress } from '#modules/site';

export async function openPage(req: Req) {
  const { ui, ctx } = req;
  const found = await openShare(ctx.app, req.params.token ?? '');
  const network = found && (await ctx.app.networks.byId(found.networkId));
  if (!found || !network) return page(over(req), 404);
  await networkWords(ctx.app, network);
  const list = await shareList(ctx.app, network, ui, found.audience, found.services);
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor" canonical={null} noindex nameless>
      <PageHeader title={ui.t('directory.share.paper')} />
      {network.isDemo && <p class="wm-strong">{ui.t('ui.demo.title')}</p>}
      {list.entries.length === 0 && <p>{ui.t('directory.share.gone')}</p>}
      <ShareEntries ui={ui} list={list} />
      <p class="wm-soft wm-small">
        {ui.t('directory.share.until', { ends: formatInstant(ui.locale, found.expiresAt, network.timezone) })}
      </p>
    </Layout>
  );
}

/**
 * The same for a link that is over, was closed, or never was. Somebody else may hold the phone by now, so it does not say what the link was about: the
 * numbers are those that anyone may call for anything.
 */
function over({ ui, ctx }: Req) {
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor" canonical={null} noindex nameless>
      <PageHeader title={ui.t('directory.share.over')} lead={ui.t('directory.share.overLead')} />
      <p>
        <a href={callAddress('211')}>211</a> · {ui.t('directory.share.over211')}
      </p>
      <p>
        <a href={callAddress('911')}>911</a> · {ui.t('directory.share.over911')}
      </p>
    </Layout>
  );
}
