/** What the pages of vetting share: their frame, addresses, and one way to draw a form again with what to enter. */
import type { Child } from 'hono/jsx';
import { type Ctx, page, Problem, type Req, tenantOf, type Tx } from '#kernel';
import { type FieldErrors, Layout, PageHeader } from '#ui';

/** `/harbor/staff/vetting`, or an address below it. */
export const base = (ctx: Ctx, rest = ''): string => `/${ctx.network?.slug ?? ''}/staff/vetting${rest}`;

export const reading = <T,>(ctx: Ctx, read: (tx: Tx) => Promise<T>): Promise<T> => ctx.app.db.run(tenantOf(ctx), read);

/** A form that could not be accepted: which one, what was entered, what to enter instead. */
export interface Refused {
  values: Record<string, string>;
  errors: FieldErrors;
}
export const blank: Refused = { values: {}, errors: {} };

export const VettingPage = (props: {
  req: Req;
  title: string;
  lead?: Child;
  eyebrow?: Child;
  actions?: Child;
  crumbs?: readonly { label: Child; href?: string }[];
  children?: Child;
}) => (
  <Layout ui={props.req.ui} title={props.title} kind="staff" crumbs={props.crumbs}>
    <PageHeader title={props.title} lead={props.lead} eyebrow={props.eyebrow} actions={props.actions} />
    {props.children}
  </Layout>
);

/** Runs what a form asks for; what was entered wrongly (422) or cannot be done now (409) draws the page again. */
export async function attempt(
  req: Req,
  run: () => Promise<Response>,
  again: (refused: Refused) => unknown,
): Promise<Response> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Problem) || (error.kind !== 'invalid' && error.kind !== 'conflict')) throw error;
    const { ui } = req;
    const errors: FieldErrors =
      error.kind === 'conflict'
        ? { '': ui.t(error.key, error.values) }
        : Object.fromEntries(
            Object.entries(error.fields).map(([name, said]) => [
              name.replace(/^(evidence|report)\./, '').replace(/\.\d+$/, ''),
              ui.t(said.key, said.values),
            ]),
          );
    const { fields } = await req.form();
    return page(await again({ values: fields, errors }), error.status);
  }
}
