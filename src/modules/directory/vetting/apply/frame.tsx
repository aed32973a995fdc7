/** What the pages of an application share. */
import type { Child } from 'hono/jsx';
import { page, type Problem, type Req, redirect } from '#kernel';
import { type FieldErrors, Layout, PageHeader } from '#ui';
import { type Application, readOwn } from './application.ts';
import { doorOf, unkept } from './door.ts';
import { pageOf } from './questions.ts';

export const at = (req: Req, rest = ''): string => `/${req.ctx.network!.slug}/services/apply${rest}`;

/** A page about an application: kept by nobody, found by no search engine. */
export async function shown(
  req: Req,
  title: string,
  body: Child,
  more: { lead?: Child; eyebrow?: Child; status?: number; up?: { label: string; href: string } } = {},
) {
  const { ui } = req;
  const home = ui.t('directory.vetting.apply.title');
  return unkept(
    await page(
      <Layout
        ui={ui}
        title={title}
        noindex
        canonical={null}
        crumbs={
          title === home
            ? []
            : [{ label: home, href: ui.href(at(req)) }, ...(more.up ? [more.up] : []), { label: title }]
        }
      >
        <PageHeader title={title} eyebrow={more.eyebrow} lead={more.lead} />
        {body}
      </Layout>,
      more.status,
    ),
  );
}

/** A field that people do not see and programs fill in. */
export const Trap = ({ req }: { req: Req }) => (
  <div class="wm-trap" aria-hidden="true">
    <label for="f-homepage">{req.ui.t('directory.vetting.apply.trap')}</label>
    <input id="f-homepage" name="homepage" value="" tabindex={-1} autocomplete="off" />
  </div>
);

export const said = (req: Req, problem: Problem): FieldErrors =>
  problem.kind === 'conflict'
    ? { '': req.ui.t(problem.key, problem.values) }
    : Object.fromEntries(Object.entries(problem.fields).map(([name, one]) => [name, req.ui.t(one.key, one.values)]));

/** The application that is open in this browser, or the way to the code. */
export async function own(req: Req): Promise<Application | Response> {
  return (await readOwn(req.ctx, doorOf(req))) ?? redirect(req, at(req, '/return'));
}

export const titleOf = (req: Req, key: string): string => {
  const { kind, n } = pageOf(key)!;
  return req.ui.t(`directory.vetting.page.${kind}`, { n });
};
