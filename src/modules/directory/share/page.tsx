/**
 * The list to share: look it over, print it, or give out a link that ends by itself. Before anything is written to somebody, the page asks whether it
 * is safe to write there now; what is written says nothing.
 */
import { download, page, Problem, redirect, type Req, translator } from '#kernel';
import { textAddress } from '#modules/site';
import {
  Alert,
  Checkbox,
  CopyLine,
  Empty,
  ErrorSummary,
  FieldGroup,
  Form,
  formatDay,
  formatInstant,
  Layout,
  LinkButton,
  PageHeader,
  Radios,
  Section,
  Select,
  Submit,
  TextField,
  type Ui,
} from '#ui';
import { isId, readServices } from '../pages/read.ts';
import { said, Words } from '../pages/said.tsx';
import { audienceOf, deskOf } from '../pages/staff/who.ts';
import { networkWords } from '../pages/words.ts';
import { basketOf, changeBasket } from './basket.ts';
import { shareList } from './entries.ts';
import { dayChoices, makeShare, neutralLetter, openSharesOf, revokeShare } from './links.ts';
import { ShareEntries } from './list.tsx';
import { sharePdf } from './pdf.ts';

const base = (req: Req): string => `${deskOf(req.ctx)}/share`;
type Audience = 'public' | 'partner';

interface Shown {
  errors?: Record<string, string>;
  typed?: Record<string, string>;
  /** A link that was just made: shown once, stored nowhere. */
  made?: { url: string; way: string; to: string; locale: 'en' | 'es' };
}

/** Puts services on the list and takes them off, from anywhere, and leads back. */
export async function postBasket(req: Req): Promise<Response> {
  const { fields } = await req.form();
  const { add, remove } = fields;
  if (isId(add)) await changeBasket(req.ctx, { add });
  else if (isId(remove)) await changeBasket(req.ctx, { remove });
  else if (fields.clear === 'yes') await changeBasket(req.ctx, { clear: true });
  else throw Problem.invalid({ add: { key: 'kernel.field.choose' } });
  const desk = deskOf(req.ctx);
  const back = fields.back ?? '';
  // Only back into the directory: an address from a form leads nowhere else.
  const known = back.startsWith(`${desk}/`) || back === desk || back.startsWith(`${desk}?`);
  const at = known && !back.includes('#') && isId(add) ? `${back}#s-${add}` : back;
  return new Response(null, { status: 303, headers: { location: known ? at : req.ui.href(base(req)) } });
}

export const sharePage = (req: Req) => draw(req, {});

async function draw(req: Req, shown: Shown) {
  const { ui, ctx } = req;
  const network = ctx.network!;
  await networkWords(ctx.app, network);
  const ids = await basketOf(ctx);
  const known = await readServices(ctx.app, network.id, audienceOf(ctx), ids);
  const open = await readServices(ctx.app, network.id, 'public', ids);
  const hidden = ids.length - open.size;
  const shares = await openSharesOf(ctx);
  return (
    <Layout
      ui={ui}
      title={ui.t('directory.share.title')}
      kind="staff"
      crumbs={[
        { label: ui.t('directory.desk.title'), href: ui.href(deskOf(ctx)) },
        { label: ui.t('directory.share.title') },
      ]}
    >
      <ErrorSummary ui={ui} errors={shown.errors} />
      <PageHeader title={ui.t('directory.share.title')} lead={ui.t('directory.share.lead')} />
      {shown.made && <Made ui={ui} made={shown.made} />}
      {ids.length === 0 ? (
        <Empty>
          <p>{ui.t('directory.share.none')}</p>
          <p>
            <a href={ui.href(deskOf(ctx))}>{ui.t('directory.desk.title')}</a>
          </p>
        </Empty>
      ) : (
        <>
          <Form ui={ui} action={ui.href(base(req))} label={ui.t('directory.share.chosen')}>
            <ul class="wm-plain-list">
              {ids.map((id) => {
                const service = known.get(id)?.service;
                const name = service && said(service.body, 'name', ui.locale);
                return (
                  <li class="wm-row wm-between">
                    <span>
                      {name ? <Words of={name} /> : ui.t('directory.share.unseen')}
                      {!open.has(id) && <span class="wm-soft"> · {ui.t('directory.share.notPublic')}</span>}
                    </span>
                    <button class="wm-linkbutton" type="submit" name="remove" value={id}>
                      {ui.t('directory.desk.takeOff')}
                      <span class="wm-sr"> {name?.text}</span>
                    </button>
                  </li>
                );
              })}
            </ul>
            {hidden > 0 && <p class="wm-strong">{ui.t('directory.share.hidden', { count: hidden })}</p>}
            <p class="wm-row">
              <LinkButton kind="outline" href={ui.href(`${base(req)}/print`)}>
                {ui.t('directory.share.print')}
              </LinkButton>
              <LinkButton kind="outline" href={ui.href(`${base(req)}/list.pdf`)}>
                {ui.t('directory.share.pdf')}
              </LinkButton>
              <button class="wm-linkbutton" type="submit" name="clear" value="yes">
                {ui.t('directory.share.clear')}
              </button>
            </p>
            {hidden > 0 && (
              <p class="wm-row">
                <span>{ui.t('directory.share.forPartner')}</span>
                <a href={ui.href(`${base(req)}/print`, { for: 'partner' })}>{ui.t('directory.share.print')}</a>
                <a href={ui.href(`${base(req)}/list.pdf`, { for: 'partner' })}>{ui.t('directory.share.pdf')}</a>
              </p>
            )}
          </Form>
          <LinkForm req={req} shown={shown} />
        </>
      )}
      <OpenLinks req={req} shares={shares} />
    </Layout>
  );
}

function LinkForm({ req, shown }: { req: Req; shown: Shown }) {
  const { ui } = req;
  const typed = shown.typed ?? {};
  const { errors } = shown;
  return (
    <Section title={ui.t('directory.share.link')} id="link">
      <Form ui={ui} action={ui.href(`${base(req)}/links`)}>
        <Radios
          ui={ui}
          name="way"
          label={ui.t('directory.share.way')}
          value={typed.way ?? 'link'}
          errors={errors}
          options={(['link', 'text', 'mail'] as const).map((value) => ({
            value,
            label: ui.t(`directory.share.way.${value}`),
          }))}
        />
        <TextField
          ui={ui}
          name="to"
          label={ui.t('directory.share.to')}
          hint={ui.t('directory.share.toHint')}
          optional
          value={typed.to}
          errors={errors}
          autocomplete="off"
          spellcheck={false}
          maxlength={254}
        />
        <FieldGroup legend={ui.t('directory.share.safe')}>
          <p class="wm-soft">{ui.t('directory.share.safeHint')}</p>
          <Checkbox
            ui={ui}
            name="safe"
            filter
            label={ui.t('directory.share.safeYes')}
            checked={typed.safe === 'yes'}
            errors={errors}
          />
        </FieldGroup>
        <div class="wm-filters wm-section">
          <Select
            ui={ui}
            name="days"
            filter
            label={ui.t('directory.share.days')}
            value={typed.days ?? '7'}
            options={dayChoices.map((days) => ({
              value: String(days),
              label: ui.t('directory.share.daysFor', { days }),
            }))}
          />
          <Select
            ui={ui}
            name="locale"
            filter
            label={ui.t('directory.share.locale')}
            value={typed.locale ?? ui.locale}
            options={ui.languages.map((value) => ({ value, label: ui.t(`ui.language.${value}`) }))}
          />
          <Select
            ui={ui}
            name="audience"
            filter
            label={ui.t('directory.share.audience')}
            value={typed.audience ?? 'public'}
            options={(['public', 'partner'] as const).map((value) => ({
              value,
              label: ui.t(`directory.share.audience.${value}`),
            }))}
          />
        </div>
        <div class="wm-actions">
          <Submit>{ui.t('directory.share.make')}</Submit>
        </div>
        <p class="wm-soft wm-small">{ui.t('directory.share.forgotten')}</p>
      </Form>
    </Section>
  );
}

function Made({ ui, made }: { ui: Ui; made: NonNullable<Shown['made']> }) {
  const letter = neutralLetter(made.locale, made.url);
  if (made.way === 'mail') return <Alert kind="success">{ui.t('directory.share.sent')}</Alert>;
  return (
    <Alert kind="success" title={ui.t('directory.share.made')}>
      <CopyLine ui={ui} id="share-link" label={ui.t('directory.share.address')} value={made.url} />
      {made.way === 'text' && (
        <>
          <CopyLine
            ui={ui}
            id="share-text"
            label={ui.t('directory.share.words')}
            value={letter.text.replace('\n', ' ')}
          />
          <p>
            <a href={textAddress(made.to, letter.text)}>{ui.t('directory.share.openText')}</a>
          </p>
        </>
      )}
      <p>{ui.t('directory.share.once')}</p>
    </Alert>
  );
}

/** Makes the link and shows it on this one answer: its address is nowhere else. */
export async function postLink(req: Req) {
  const { ctx } = req;
  const { fields } = await req.form();
  const { way = '', to = '', audience = '', days = '', locale = '', safe } = fields;
  try {
    const { url } = await makeShare(ctx, {
      services: await basketOf(ctx),
      audience: audience as Audience,
      days,
      locale: locale as 'en' | 'es',
      way: way as 'link',
      to,
      safe,
    });
    return await draw(req, { made: { url, way, to, locale: locale as 'en' | 'es' } });
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'invalid') throw error;
    const errors = Object.fromEntries(
      Object.entries(error.fields ?? {}).map(([name, said]) => [
        name === 'services' ? '' : name,
        ctx.t(said.key, said.values),
      ]),
    );
    return page(
      await draw(req, { errors, typed: { way, to, audience, days, locale, ...(safe ? { safe } : {}) } }),
      422,
    );
  }
}

export async function endLink(req: Req): Promise<Response> {
  const id = req.params.id ?? '';
  if (!isId(id)) throw Problem.notFound();
  await revokeShare(req.ctx, { id });
  return redirect(req, base(req), { said: 'directory.share.said.revoked' });
}

function OpenLinks({ req, shares }: { req: Req; shares: Awaited<ReturnType<typeof openSharesOf>> }) {
  const { ui } = req;
  if (shares.length === 0) return null;
  return (
    <Section title={ui.t('directory.share.open')} id="open">
      <ul class="wm-plain-list">
        {shares.map((one) => (
          <li>
            <Form ui={ui} action={ui.href(`${base(req)}/links/${one.id}/revocation`)} class="wm-row wm-between">
              <span>
                {ui.t('directory.share.openLine', {
                  count: one.count,
                  made: formatInstant(ui.locale, one.created, ui.timeZone),
                  ends: formatDay(ui.locale, one.expires.toISOString().slice(0, 10)),
                })}
              </span>
              <button class="wm-linkbutton" type="submit">
                {ui.t('directory.share.revoke')}
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** As the recipient may read it, in the language asked for. Partners give no more than the public sees, unless the recipient is a partner. */
async function listFor(req: Req) {
  const { ctx, query } = req;
  const audience: Audience = query.for === 'partner' ? 'partner' : 'public';
  const ui = { locale: ctx.locale, t: translator(ctx.locale) };
  await networkWords(ctx.app, ctx.network!);
  return { ui, list: await shareList(ctx.app, ctx.network!, ui, audience, await basketOf(ctx)) };
}

export async function printPage(req: Req) {
  const { list } = await listFor(req);
  const { ui } = req;
  return (
    <Layout ui={{ ...ui, network: null }} title={ui.t('directory.share.paper')} kind="bare" canonical={null}>
      <p class="wm-noprint">
        <a href={ui.href(base(req))}>{ui.t('directory.share.back')}</a> · {ui.t('directory.share.printHow')}
      </p>
      <ShareEntries ui={ui} list={list} />
    </Layout>
  );
}

export async function pdfFile(req: Req): Promise<Response> {
  const { ui, list } = await listFor(req);
  const bytes = await sharePdf(ui, list, req.ctx.app.clock());
  return download(new Uint8Array(bytes), 'application/pdf', ui.t('directory.share.file'));
}
