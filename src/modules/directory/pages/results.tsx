/**
 * Searching as the public does: three questions, then the answers under an address that says nothing. A result page is never empty of help.
 */
import { Problem, redirect, type Req } from '#kernel';
import { Details, Empty, Form, Layout, PageHeader, Pager, Submit } from '#ui';
import { type SearchResult, searchServices } from '../search/index.ts';
import { type Asked, nothingAsked, readAsked, toQuery, withChange, withPlace } from './ask.ts';
import { AskForm, NeedButtons } from './ask-form.tsx';
import { offer } from './budget.ts';
import { Chosen, Facets } from './facets.tsx';
import { HitItem } from './hit.tsx';
import { Lines } from './lines.tsx';
import { AreaMap, areasOf, dotsOf } from './map.tsx';
import { readServices } from './read.ts';
import { Shelf } from './shelf.ts';
import { toldWords } from './why.tsx';
import { networkWords } from './words.ts';
import { placeLabel } from '../gazetteer/index.ts';

const searches = new Shelf<Asked>({ minutes: 30, most: 20_000 });
const perPage = 20;

const homeOf = (req: Req): string => `/${req.ctx.network!.slug}/services`;

/** The three questions. */
export function askPage(req: Req) {
  const { ui, ctx } = req;
  const action = ui.href(homeOf(req));
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor">
      <PageHeader title={ui.t('directory.page.title')} lead={ui.t('directory.page.lead')} />
      <AskForm ui={ui} action={action} asked={nothingAsked} />
      <section class="wm-section">
        <h2>{ui.t('directory.page.ask.needs')}</h2>
        <NeedButtons ui={ui} action={action} />
      </section>
      <Lines ui={ui} network={ctx.network!} />
      <p class="wm-soft wm-small">
        {ui.t('directory.page.offer')} <a href={ui.href(`${homeOf(req)}/apply`)}>{ui.t('directory.page.offerLink')}</a>
      </p>
    </Layout>
  );
}

/** Puts the question away and leads to its address. */
export async function ask(req: Req): Promise<Response> {
  const { ctx } = req;
  const asked = await withPlace(ctx.app, ctx.network!, readAsked(await req.form()));
  return toResults(req, asked);
}

const toResults = (req: Req, asked: Asked): Response =>
  redirect(req, `${homeOf(req)}/results/${searches.put(req.ctx.network!.id, asked, req.ctx.app.clock())}`);

const kept = (req: Req): Asked | null => searches.get(req.ctx.network!.id, req.params.id ?? '', req.ctx.app.clock());

/** One filter more or less, from the buttons of a result page. */
export async function changeSearch(req: Req): Promise<Response> {
  const before = kept(req);
  // Its own address says that the search is over, or shows it, where the process that knows it answers next.
  if (!before) return redirect(req, req.path);
  const { fields } = await req.form();
  return toResults(req, withChange(before, fields.change ?? ''));
}

export async function resultsPage(req: Req) {
  const asked = kept(req);
  if (!asked) return overPage(req);
  const { ui, ctx } = req;
  const network = ctx.network!;
  const now = ctx.app.clock();
  const found = await searchServices(
    ctx.app,
    network.id,
    'public',
    {
      ...toQuery(asked, ctx.locale, now),
      page: Math.max(1, Math.trunc(Number(req.query.page) || 1)),
      perPage,
      explain: req.query.explain === '1',
    },
    (await networkWords(ctx.app, network)).terms,
  );
  const views = await readServices(
    ctx.app,
    network.id,
    'public',
    found.hits.map((hit) => hit.id),
  );
  offer(
    req,
    [...views.values()].flatMap((view) => [view.service.id, view.organization.id]),
  );
  const action = ui.href(req.path);
  const first = (found.page - 1) * perPage + 1;
  const map = req.query.map === '1';
  const told = toldWords(ui, found);
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor">
      <PageHeader title={ui.t('directory.page.found', { count: found.total })} />
      <Chosen ui={ui} asked={asked} action={action} />
      {asked.where && !asked.place && (
        <p class="wm-strong">{ui.t('directory.page.told.noPlace', { place: asked.where })}</p>
      )}
      {told.map((line) => (
        <p class="wm-tight">{line}</p>
      ))}
      <OtherPlaces req={req} asked={asked} action={action} />
      <Details summary={ui.t('directory.page.change')}>
        <AskForm ui={ui} action={ui.href(homeOf(req))} asked={asked} />
      </Details>
      {found.total > 0 && <Facets ui={ui} asked={asked} found={found} action={action} />}
      {found.total === 0 ? (
        <Nothing req={req} asked={asked} action={action} />
      ) : (
        <>
          {map && (
            <AreaMap
              ui={ui}
              dots={dotsOf(found.hits, first)}
              areas={areasOf(found.hits, first, views)}
              outlines={`${homeOf(req)}/outlines.json`}
            />
          )}
          <h2 class="wm-section">{ui.t('directory.page.list')}</h2>
          {!map && (
            <p class="wm-noprint">
              <a href={`${ui.href(req.path, { ...req.query, map: '1' })}#map`}>{ui.t('directory.page.map.show')}</a>
            </p>
          )}
          <ol class="wm-plain-list wm-hits" start={first}>
            {found.hits.flatMap((hit, at) => {
              const view = views.get(hit.id);
              return view ? (
                <HitItem
                  ui={ui}
                  hit={hit}
                  view={view}
                  asked={asked}
                  href={ui.href(`${homeOf(req)}/${hit.id}`)}
                  at={now}
                  timeZone={network.timezone}
                  number={map ? first + at : undefined}
                />
              ) : (
                []
              );
            })}
          </ol>
          <Pager ui={ui} total={found.total} size={perPage} page={found.page} />
          <Order req={req} found={found} />
        </>
      )}
      <Lines ui={ui} network={network} />
    </Layout>
  );
}

/** Another place of the same name, one press away. */
function OtherPlaces({ req, asked, action }: { req: Req; asked: Asked; action: string }) {
  const { ui } = req;
  if (!asked.place || asked.others.length === 0) return null;
  return (
    <Form ui={ui} action={action} class="wm-chips" label={ui.t('directory.page.told.otherPlaces')}>
      <span class="wm-soft">{ui.t('directory.page.told.otherPlaces')}</span>
      {asked.others.map((place, at) => (
        <button class="wm-chip" type="submit" name="change" value={`where:${at}`}>
          {placeLabel(place, ui.locale)}
        </button>
      ))}
    </Form>
  );
}

/** Nothing found: what to try, one press each. The lines stand below, as on every page. */
function Nothing({ req, asked, action }: { req: Req; asked: Asked; action: string }) {
  const { ui } = req;
  const near = asked.place && (asked.miles > 0 || asked.county);
  return (
    <Empty>
      <p>{ui.t('directory.page.nothing')}</p>
      <Form ui={ui} action={action} class="wm-actions">
        {near && (
          <Submit kind="outline" name="change" value="miles:0">
            {ui.t('directory.page.nothingFar')}
          </Submit>
        )}
        {asked.what && (asked.needs.length > 0 || asked.place || asked.who) && (
          <Submit kind="outline" name="change" value="what:">
            {ui.t('directory.page.nothingWords')}
          </Submit>
        )}
        <a href={ui.href(homeOf(req))}>{ui.t('directory.page.again')}</a>
      </Form>
    </Empty>
  );
}

/** How the list is ordered, for who asks. */
function Order({ req, found }: { req: Req; found: SearchResult }) {
  const { ui, query, path } = req;
  const told = found.hits.some((hit) => hit.explain);
  return (
    <Details summary={ui.t('directory.page.rank.how')} open={told}>
      <p>{ui.t('directory.page.rank.rule')}</p>
      {!told && (
        <p>
          <a href={ui.href(path, { ...query, explain: '1' })}>{ui.t('directory.page.rank.show')}</a>
        </p>
      )}
    </Details>
  );
}

/** The address of a search whose time is over, or that never was. */
function overPage(req: Req) {
  const { ui, ctx } = req;
  if (!/^[\w-]{22}$/.test(req.params.id ?? '')) throw Problem.notFound();
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor">
      <PageHeader title={ui.t('directory.page.over')} lead={ui.t('directory.page.overLead')} />
      <AskForm ui={ui} action={ui.href(homeOf(req))} asked={nothingAsked} />
      <Lines ui={ui} network={ctx.network!} />
    </Layout>
  );
}
