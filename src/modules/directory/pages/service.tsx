/**
 * One service, one organisation, for the public. A record that is missing, internal or hidden answers alike; an id that was merged leads on. No
 * markup for search engines' cards: it would carry a shelter's name and place to where no neutral title protects whoever reads.
 */
import { page, Problem, type Req, today } from '#kernel';
import { Layout, LinkButton, PageHeader, Section } from '#ui';
import { AreaServed } from './area-served.tsx';
import { waitToOpen } from './budget.ts';
import { checkedWords, dotted, marksOf, OpenTag } from './facts.tsx';
import { Lines as HelpLines } from './lines.tsx';
import { nowOf } from './opening.ts';
import { aliasOf, readOrganization, readService, type ServiceView } from './read.ts';
import { Lines, said, Words } from './said.tsx';
import { networkWords } from './words.ts';
import { Eligibility, Facts, Hours, Places, Reach } from './service-parts.tsx';

const at = (req: Req, kind: 'services' | 'organizations', id: string): string =>
  req.ui.href(`/${req.ctx.network!.slug}/${kind}/${id}`);

/** The way back to the questions; what was asked before is in nobody's address, so the browser's own Back leads to the answers. */
const back = (req: Req) => [
  { label: req.ui.t('directory.page.nav'), href: req.ui.href(`/${req.ctx.network!.slug}/services`) },
];

/** 308 to the record that took this one over, where the public may see it; else the page for what does not exist. */
async function elsewhere(req: Req, kind: 'services' | 'organizations', seen: (id: string) => Promise<boolean>) {
  const { ctx, params } = req;
  const into = await aliasOf(ctx.app, ctx.network!.id, 'public', params.id ?? '');
  if (into === null || !(await seen(into))) throw Problem.notFound();
  return new Response(null, { status: 308, headers: { location: at(req, kind, into) } });
}

/** Too many pages one after the other: says so, and still leads to help and to the search, whose results open. */
async function waitPage(req: Req, seconds: number): Promise<Response> {
  const { ui, ctx } = req;
  const response = await page(
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor">
      <PageHeader title={ui.t('directory.page.toSearch')} lead={ui.t('directory.page.toSearchLead')} />
      <p>
        <LinkButton href={ui.href(`/${ctx.network!.slug}/services`)}>{ui.t('directory.page.again')}</LinkButton>
      </p>
      <HelpLines ui={ui} network={ctx.network!} />
    </Layout>,
    429,
  );
  response.headers.set('retry-after', String(seconds));
  return response;
}

export async function servicePage(req: Req) {
  const seconds = waitToOpen(req);
  if (seconds > 0) return waitPage(req, seconds);
  const { ui, ctx, params } = req;
  const network = ctx.network!;
  await networkWords(ctx.app, network);
  const view = await readService(ctx.app, network.id, 'public', params.id ?? '');
  if (!view)
    return elsewhere(req, 'services', async (id) => (await readService(ctx.app, network.id, 'public', id)) !== null);
  const now = ctx.app.clock();
  const { body } = view.service;
  const alert = said(body, 'alert', ui.locale);
  const description = said(body, 'description', ui.locale);
  const parts = { ui, view, today: today(ctx), zone: network.timezone };
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor" crumbs={back(req)}>
      <PageHeader
        title={<Words of={said(body, 'name', ui.locale)!} />}
        lead={
          <a href={at(req, 'organizations', view.organization.id)}>
            <Words of={said(view.organization.body, 'name', ui.locale)!} />
          </a>
        }
      />
      <p>
        <OpenTag ui={ui} now={nowOf(view, now, network.timezone)} at={now} timeZone={network.timezone} />
      </p>
      {alert && (
        <p class="wm-strong">
          <Words of={alert} />
        </p>
      )}
      {description && <Lines of={description} />}
      <Untranslated ui={ui} view={view} />
      <p class="wm-soft">{dotted([...marksOf(ui, body, false), checkedWords(ui, body)])}</p>
      <Reach {...parts} />
      <Hours {...parts} />
      <Eligibility {...parts} />
      <Facts {...parts} />
      <AreaServed ui={ui} view={view} />
      <Places {...parts} />
      <HelpLines ui={ui} network={network} />
    </Layout>
  );
}

/** Says that some words are in English only, where they are. */
function Untranslated({ ui, view }: { ui: Req['ui']; view: ServiceView }) {
  const names = ['name', 'description', 'alert', 'eligibility_description', 'application_process'];
  const missing = names.some((name) => said(view.service.body, name, ui.locale)?.lang !== undefined);
  return missing ? <p class="wm-soft">{ui.t('directory.page.untranslated')}</p> : null;
}

export async function organizationPage(req: Req) {
  const seconds = waitToOpen(req);
  if (seconds > 0) return waitPage(req, seconds);
  const { ui, ctx, params } = req;
  const network = ctx.network!;
  const found = await readOrganization(ctx.app, network.id, 'public', params.id ?? '');
  if (!found)
    return elsewhere(
      req,
      'organizations',
      async (id) => (await readOrganization(ctx.app, network.id, 'public', id)) !== null,
    );
  const now = ctx.app.clock();
  const { body } = found.organization;
  const description = said(body, 'description', ui.locale);
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor" crumbs={back(req)}>
      <PageHeader title={<Words of={said(body, 'name', ui.locale)!} />} />
      {description && description.text !== body.name && <Lines of={description} />}
      <Section title={ui.t('directory.page.services')} id="services">
        {found.services.length === 0 && <p>{ui.t('directory.page.noServices')}</p>}
        <ul class="wm-plain-list">
          {found.services.map((view) => (
            <li>
              <a href={at(req, 'services', view.service.id)}>
                <Words of={said(view.service.body, 'name', ui.locale)!} />
              </a>
              <p class="wm-tight">
                <OpenTag ui={ui} now={nowOf(view, now, network.timezone)} at={now} timeZone={network.timezone} />
              </p>
            </li>
          ))}
        </ul>
      </Section>
      <HelpLines ui={ui} network={network} />
    </Layout>
  );
}
