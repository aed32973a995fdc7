/**
 * The advocate's directory: everything that may be known of a listed service in one line, searched by words, place and all filters. Made for the
 * keyboard; without JavaScript every key has its link or button.
 */
import { page as answer, Problem, redirect, type Req } from '#kernel';
import {
  Details,
  ErrorSummary,
  type FieldErrors,
  Form,
  Hidden,
  Layout,
  LinkButton,
  PageHeader,
  Pager,
  Script,
  Submit,
  Table,
  TextField,
  type Ui,
} from '#ui';
import { accepting, warmTransfer } from '../../features.ts';
import { type Hit, searchServices } from '../../search/index.ts';
import { basketOf } from '../../share/basket.ts';
import { type Asked, nothingAsked, readAsked, toQuery, withChange, withPlace } from '../ask.ts';
import { AskForm } from '../ask-form.tsx';
import { Chosen, Facets } from '../facets.tsx';
import { languagesOf, OpenTag, PhoneLink, phonesOf } from '../facts.tsx';
import { Lines as HelpLines } from '../lines.tsx';
import { AreaMap, areasOf, dotsOf } from '../map.tsx';
import { nowOf } from '../opening.ts';
import { isId, readServices, type ServiceView } from '../read.ts';
import { said, Words } from '../said.tsx';
import { Shelf } from '../shelf.ts';
import { farWords, rankWords, toldWords, whyWords } from '../why.tsx';
import { networkWords } from '../words.ts';
import { removeSearch, type Saved, savedOf, savedSearch, saveSearch } from './saved.ts';
import { audienceOf, deskOf, personOf } from './who.ts';

const perPage = 25;
const searches = new Shelf<Asked>({ minutes: 600, most: 5_000 });
const ownerOf = (req: Req): string => `${req.ctx.network!.id} ${personOf(req.ctx)}`;

const toResults = (req: Req, asked: Asked): Response =>
  redirect(req, `${deskOf(req.ctx)}/results/${searches.put(ownerOf(req), asked, req.ctx.app.clock())}`);

export async function deskSearch(req: Req): Promise<Response> {
  const { ctx } = req;
  return toResults(req, await withPlace(ctx.app, ctx.network!, readAsked(await req.form())));
}

const kept = (req: Req): Asked | null => searches.get(ownerOf(req), req.params.id ?? '', req.ctx.app.clock());

export async function deskChange(req: Req): Promise<Response> {
  const before = kept(req);
  if (!before) return redirect(req, deskOf(req.ctx), { said: 'directory.desk.noted.over' });
  const { fields } = await req.form();
  return toResults(req, withChange(before, fields.change ?? ''));
}

/** Keeps the search of a result page under a name. */
export async function keepSearch(req: Req): Promise<Response> {
  const asked = kept(req);
  const { fields } = await req.form();
  if (!asked) return redirect(req, deskOf(req.ctx));
  try {
    await saveSearch(req.ctx, { name: fields.name ?? '', query: asked });
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'invalid') throw error;
    const errors = Object.entries(error.fields).map(([name, wrong]) => [name, req.ctx.t(wrong.key, wrong.values)]);
    return answer(await drawDesk(req, asked, Object.fromEntries(errors) as FieldErrors), 422);
  }
  return redirect(req, `${deskOf(req.ctx)}/results/${req.params.id}`, { said: 'directory.desk.said.kept' });
}

/** Opens a search of one's own, or takes it away. */
export async function useSaved(req: Req): Promise<Response> {
  const { fields } = await req.form();
  const id = req.params.id ?? '';
  if (!isId(id)) throw Problem.notFound();
  if (fields.remove === 'yes') {
    await removeSearch(req.ctx, { id });
    return redirect(req, deskOf(req.ctx), { said: 'directory.desk.said.removed' });
  }
  const asked = await savedSearch(req.ctx, id);
  if (!asked) throw Problem.notFound();
  return toResults(req, asked);
}

export async function deskPage(req: Req) {
  const asked = req.params.id === undefined ? nothingAsked : kept(req);
  if (!asked) return redirect(req, deskOf(req.ctx), { said: 'directory.desk.noted.over' });
  return drawDesk(req, asked);
}

async function drawDesk(req: Req, asked: Asked, errors: FieldErrors = {}) {
  const { ui, ctx, query } = req;
  const here = req.params.id === undefined ? deskOf(ctx) : `${deskOf(ctx)}/results/${req.params.id}`;
  const network = ctx.network!;
  const now = ctx.app.clock();
  const audience = audienceOf(ctx);
  const { terms } = await networkWords(ctx.app, network);
  const page = Math.max(1, Math.trunc(Number(query.page) || 1));
  const explain = query.explain === '1';
  const found = await searchServices(
    ctx.app,
    network.id,
    audience,
    { ...toQuery(asked, ctx.locale, now), page, perPage, explain },
    terms,
  );
  const ids = found.hits.map((hit) => hit.id);
  const views = await readServices(ctx.app, network.id, audience, ids);
  const basket = new Set(await basketOf(ctx));
  const saved = await savedOf(ctx);
  const action = ui.href(here);
  const searched = req.params.id !== undefined;
  const first = (found.page - 1) * perPage + 1;
  return (
    <Layout ui={ui} title={ui.t('directory.desk.title')} kind="staff">
      <PageHeader
        title={ui.t('directory.desk.title')}
        actions={
          <LinkButton kind="outline" href={ui.href(`${deskOf(ctx)}/share`)}>
            {ui.t('directory.desk.list', { count: basket.size })}
          </LinkButton>
        }
      />
      <ErrorSummary ui={ui} errors={errors} />
      <div class="wm-desk">
        <div class="wm-desk__ask">
          <AskForm ui={ui} action={ui.href(deskOf(ctx))} asked={asked} staff />
          <SavedSearches req={req} saved={saved} />
        </div>
        <div>
          {searched && <Chosen ui={ui} asked={asked} action={action} />}
          {asked.where && !asked.place && (
            <p class="wm-strong">{ui.t('directory.page.told.noPlace', { place: asked.where })}</p>
          )}
          {toldWords(ui, found).map((line) => (
            <p class="wm-tight">{line}</p>
          ))}
          <p class="wm-strong" role="status">
            {ui.t('directory.page.found', { count: found.total })}
          </p>
          {found.total > 0 && searched && <Facets ui={ui} asked={asked} found={found} action={action} staff />}
          {query.map === '1' && (
            <AreaMap
              ui={ui}
              dots={dotsOf(found.hits, first)}
              areas={areasOf(found.hits, first, views)}
              outlines={`/${network.slug}/services/outlines.json`}
            />
          )}
          {found.total > 0 && (
            <Form ui={ui} action={ui.href(`${deskOf(ctx)}/share`)} label={ui.t('directory.desk.results')}>
              <Hidden name="back" value={ui.href(here, { page: query.page })} />
              <Rows
                ui={ui}
                hits={found.hits.map((hit, at) => ({ hit, number: first + at }))}
                views={views}
                basket={basket}
                asked={asked}
                base={deskOf(ctx)}
                now={now}
                timeZone={network.timezone}
              />
            </Form>
          )}
          {found.total === 0 && <p>{ui.t('directory.desk.nothing')}</p>}
          <Pager ui={ui} total={found.total} size={perPage} page={found.page} />
          {searched && found.total > 0 && (
            <p class="wm-row">
              <a href={`${ui.href(here, { ...query, map: '1' })}#map`}>{ui.t('directory.page.map.show')}</a>
              <a href={ui.href(here, { ...query, explain: '1' })}>{ui.t('directory.page.rank.show')}</a>
            </p>
          )}
          {searched && found.total > 0 && <KeepForm req={req} here={here} errors={errors} />}
          <p class="wm-soft wm-small">{ui.t('directory.desk.keys')}</p>
          <HelpLines ui={ui} network={network} />
        </div>
      </div>
      <Script ui={ui} name="listKeys" />
    </Layout>
  );
}

interface Line {
  hit: Hit;
  number: number;
}

function Rows(props: {
  ui: Ui;
  hits: Line[];
  views: Map<string, ServiceView>;
  basket: ReadonlySet<string>;
  asked: Asked;
  base: string;
  now: Date;
  timeZone: string;
}) {
  const { ui, views, basket, now, timeZone } = props;
  const view = (line: Line): ServiceView => views.get(line.hit.id)!;
  return (
    <Table
      ui={ui}
      caption={ui.t('directory.desk.results')}
      captionHidden
      rows={props.hits.filter((line) => views.has(line.hit.id))}
      rowId={(line) => `s-${line.hit.id}`}
      columns={[
        {
          key: 'name',
          label: ui.t('directory.desk.service'),
          cell: (line) => <NameCell {...props} line={line} view={view(line)} />,
        },
        {
          key: 'reach',
          label: ui.t('directory.desk.reach'),
          cell: (line) => {
            const [phone] = phonesOf(view(line));
            return (
              <>
                {phone ? <PhoneLink ui={ui} phone={phone} /> : ui.t('directory.desk.noPhone')}
                <br />
                <OpenTag ui={ui} now={nowOf(view(line), now, timeZone)} at={now} timeZone={timeZone} />
              </>
            );
          },
        },
        {
          key: 'takes',
          label: ui.t('directory.desk.takes'),
          cell: (line) => {
            const { body } = view(line).service;
            const [takes, warm] = [accepting(body), warmTransfer(body)];
            return (
              <>
                {takes === 'unknown' ? ui.t('directory.desk.takesUnknown') : ui.t(`directory.page.accepting.${takes}`)}
                {warm !== 'unknown' && (
                  <>
                    <br />
                    <span class="wm-soft wm-small">{ui.t(`directory.page.warm.${warm}`)}</span>
                  </>
                )}
              </>
            );
          },
        },
        {
          key: 'languages',
          label: ui.t('directory.page.languages'),
          cell: (line) => languagesOf(view(line), ui.locale).join(', ') || '–',
        },
        {
          key: 'share',
          label: ui.t('directory.desk.share'),
          quiet: true,
          cell: (line) => {
            const on = basket.has(line.hit.id);
            return (
              <button
                class="wm-linkbutton"
                type="submit"
                name={on ? 'remove' : 'add'}
                value={line.hit.id}
                data-share=""
              >
                {ui.t(on ? 'directory.desk.takeOff' : 'directory.desk.add')}
                <span class="wm-sr"> {said(view(line).service.body, 'name', ui.locale)?.text ?? line.hit.name}</span>
              </button>
            );
          },
        },
      ]}
    />
  );
}

function NameCell(props: { ui: Ui; asked: Asked; base: string; line: Line; view: ServiceView }) {
  const { ui, line, view } = props;
  const { hit } = line;
  const name = said(view.service.body, 'name', ui.locale) ?? { text: hit.name };
  const far = farWords(ui, hit);
  const why = whyWords(ui, hit, props.asked);
  const rank = rankWords(ui, hit);
  return (
    <>
      <span class="wm-soft wm-num">{line.number}. </span>
      <a class="wm-strong" href={ui.href(`${props.base}/${hit.id}`)} data-row="">
        <Words of={name} />
      </a>
      <p class="wm-tight wm-small">
        <Words of={said(view.organization.body, 'name', ui.locale) ?? { text: view.organization.name }} />
        {far && ` · ${far}`}
        {view.service.body.confidential_place === true && ` · ${ui.t('directory.desk.hiddenPlace')}`}
      </p>
      {why.length > 0 && <p class="wm-tight wm-small wm-soft">{why.join(' ')}</p>}
      {rank.length > 0 && (
        <p class="wm-tight wm-small wm-soft">
          {ui.t('directory.page.rank.title')}: {rank.join('; ')}.
        </p>
      )}
    </>
  );
}

const KeepForm = ({ req, here, errors }: { req: Req; here: string; errors: FieldErrors }) => (
  <Details summary={req.ui.t('directory.desk.keep')} open={Boolean(errors.name)}>
    <Form ui={req.ui} action={req.ui.href(`${here}/keeping`)} class="wm-filters">
      <TextField
        ui={req.ui}
        name="name"
        label={req.ui.t('directory.desk.keepName')}
        hint={req.ui.t('directory.desk.keepHint')}
        maxlength={80}
        errors={errors}
      />
      <Submit kind="outline">{req.ui.t('directory.desk.keep')}</Submit>
    </Form>
  </Details>
);

function SavedSearches({ req, saved }: { req: Req; saved: Saved[] }) {
  const { ui, ctx } = req;
  if (saved.length === 0) return null;
  return (
    <section class="wm-section">
      <h2>{ui.t('directory.desk.saved')}</h2>
      <ul class="wm-plain-list">
        {saved.map((one) => (
          <li>
            <Form ui={ui} action={ui.href(`${deskOf(ctx)}/searches/${one.id}`)} class="wm-row wm-between">
              <button class="wm-linkbutton" type="submit">
                {one.name}
              </button>
              <button class="wm-linkbutton wm-small" type="submit" name="remove" value="yes">
                {ui.t('directory.desk.remove')}
                <span class="wm-sr"> {one.name}</span>
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}
