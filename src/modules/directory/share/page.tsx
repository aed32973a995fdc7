/** The list to share: look it over, print it, read it out, or give out a link that ends by itself (link-form.tsx). */
import { download, page, Problem, redirect, type Req, translator } from '#kernel';
import { Empty, ErrorSummary, Form, Layout, LinkButton, PageHeader } from '#ui';
import { isId, readServices } from '../pages/read.ts';
import { said, Words } from '../pages/said.tsx';
import { audienceOf, deskOf } from '../pages/staff/who.ts';
import { networkWords } from '../pages/words.ts';
import { basketOf, changeBasket } from './basket.ts';
import { shareList } from './entries.ts';
import { Aloud, base, LinkForm, Made, OpenLinks, type Shown } from './link-form.tsx';
import { type Audience, makeShare, openSharesOf, revokeShare } from './links.ts';
import { ShareEntries } from './list.tsx';
import { sharePdf } from './pdf.ts';

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
      <PageHeader title={ui.t('directory.share.title')} lead={ui.t('directory.share.lead')} />
      <ErrorSummary ui={ui} errors={shown.errors} labels={(name) => ui.t(`directory.share.${name}`)} />
      {shown.made && <Made ui={ui} made={shown.made} />}
      {shown.aloud && <Aloud ui={ui} list={shown.aloud} />}
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
            {(shown.made ?? shown.aloud) && <h2>{ui.t('directory.share.chosen')}</h2>}
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

/**
 * Makes the link and shows it on this one answer: its address is nowhere else. Where nothing may be written there is no link, but the list to be read
 * out.
 */
export async function postLink(req: Req) {
  const { ctx, ui } = req;
  const { fields } = await req.form();
  const { way = '', to = '', audience = '', days = '', locale = '' } = fields;
  const services = await basketOf(ctx);
  if (way === 'none' && services.length > 0) {
    const seenBy = audience === 'partner' ? 'partner' : 'public';
    await networkWords(ctx.app, ctx.network!);
    return draw(req, { aloud: await shareList(ctx.app, ctx.network!, ui, seenBy, services), typed: fields });
  }
  try {
    const { url } = await makeShare(ctx, {
      services,
      audience: audience as Audience,
      days,
      locale: locale as 'en' | 'es',
      way: way as 'link',
      to,
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
    return page(await draw(req, { errors, typed: { way, to, audience, days, locale } }), 422);
  }
}

export async function endLink(req: Req): Promise<Response> {
  const id = req.params.id ?? '';
  if (!isId(id)) throw Problem.notFound();
  await revokeShare(req.ctx, { id });
  return redirect(req, base(req), { said: 'directory.share.said.revoked' });
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
