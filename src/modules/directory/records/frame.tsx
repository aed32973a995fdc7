/** What the pages of the records share: who opens them, their frame and addresses, one record found by either of its ids, a form drawn again. */
import type { Child } from 'hono/jsx';
import { allows, type Ctx, page, Problem, redirect, type Req, tenantOf, type Tx } from '#kernel';
import { currentId, type Kind, type Rec, recordsById } from '#modules/organisations';
import { type FieldErrors, Layout, PageHeader, type Ui } from '#ui';
import { recordName } from '../pages/said.tsx';
import { keepers } from './actions.ts';

export const mayKeep = (ctx: Ctx): boolean => allows(keepers, ctx);

/** `/harbor/staff/directory`, or an address below it. */
export const base = (ctx: Ctx, rest = ''): string => `/${ctx.network?.slug ?? ''}/staff/directory${rest}`;
export const recordPath = (ctx: Ctx, id: string, rest = ''): string => base(ctx, `/records/${id}${rest}`);

export const reading = <T,>(ctx: Ctx, read: (tx: Tx) => Promise<T>): Promise<T> => ctx.app.db.run(tenantOf(ctx), read);

export const isId = (text: string | undefined): text is string =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text ?? '');

/** What a record is called; a hidden place and a link may have no name. */
export const nameOf = (ui: Pick<Ui, 't' | 'locale'>, rec: Pick<Rec, 'kind' | 'fields'>): string =>
  recordName(ui, rec) || ui.t(`directory.vetting.kind.${rec.kind}`);

/** The record of this address. Throws Problem.notFound, for one that was merged too. */
export async function recordOf(tx: Tx, req: Req, kind?: Kind): Promise<Rec> {
  const id = req.params.id;
  if (!isId(id)) throw Problem.notFound();
  const [found] = await recordsById(tx, req.ctx.network!.id, [id]);
  if (!found || (kind && found.kind !== kind)) throw Problem.notFound();
  return found;
}

/** Where the id of a merged record leads now, or null when it is its own. */
export async function leadsTo(req: Req): Promise<string | null> {
  const id = req.params.id;
  if (!isId(id)) throw Problem.notFound();
  const now = await reading(req.ctx, (tx) => currentId(tx, req.ctx.network!.id, id));
  return now === id ? null : now;
}

export interface Crumb {
  label: Child;
  href?: string;
}

/** The way from the overview to a record: its provider, itself. */
export function crumbsTo(req: Req, provider: Rec | null, rec: Rec | null, here?: string): Crumb[] {
  const { ui, ctx } = req;
  return [
    { label: ui.t('directory.records.title'), href: ui.href(base(ctx)) },
    ...(provider ? [{ label: nameOf(ui, provider), href: ui.href(base(ctx, `/providers/${provider.id}`)) }] : []),
    ...(rec && rec.id !== provider?.id
      ? [{ label: nameOf(ui, rec), ...(here ? { href: ui.href(recordPath(ctx, rec.id)) } : {}) }]
      : []),
    ...(rec && rec.id === provider?.id && here
      ? [{ label: ui.t('directory.vetting.kind.organization'), href: ui.href(recordPath(ctx, rec.id)) }]
      : []),
    ...(here ? [{ label: here }] : []),
  ];
}

export const RecordsPage = (props: {
  req: Req;
  title: string;
  eyebrow?: Child;
  lead?: Child;
  actions?: Child;
  crumbs?: readonly Crumb[];
  children?: Child;
}) => (
  <Layout ui={props.req.ui} title={props.title} kind="staff" crumbs={props.crumbs}>
    <PageHeader title={props.title} eyebrow={props.eyebrow} lead={props.lead} actions={props.actions} />
    {props.children}
  </Layout>
);

/** What a form could not take: what was typed stays, and each field says what to enter. */
export interface Refused {
  values: Record<string, string>;
  lists: Record<string, string[]>;
  errors: FieldErrors;
  /** Somebody else changed the record while this form was open. */
  meanwhile: boolean;
}
export const blank: Refused = { values: {}, lists: {}, errors: {}, meanwhile: false };

/** Thrown by a page that read a form itself and found what to say. */
export class Entered extends Error {
  readonly errors: FieldErrors;
  constructor(errors: FieldErrors) {
    super('what was entered does not fit');
    this.errors = errors;
  }
}

/** Runs what a form asks for; what was entered wrongly (422) or cannot be done now (409) draws the form again with all that was typed. */
export async function attempt(
  req: Req,
  run: () => Promise<Response>,
  again: (refused: Refused) => unknown,
): Promise<Response> {
  try {
    return await run();
  } catch (error) {
    const { fields: values, lists } = await req.form();
    if (error instanceof Entered)
      return page(await again({ values, lists, errors: error.errors, meanwhile: false }), 422);
    if (!(error instanceof Problem) || (error.kind !== 'invalid' && error.kind !== 'conflict')) throw error;
    const { ui } = req;
    const meanwhile = error.key === 'directory.records.changedMeanwhile';
    const errors: FieldErrors =
      error.kind === 'conflict'
        ? { '': ui.t(error.key, error.values) }
        : Object.fromEntries(
            Object.entries(error.fields).map(([name, said]) => [
              name
                .replace(/^(organization|program|service|location|service_at_location)\./, '')
                .replace(/\.\d+(\..*)?$/, ''),
              ui.t(said.key, said.values),
            ]),
          );
    return page(await again({ values, lists, errors, meanwhile }), error.status);
  }
}

/** What a form that could change nothing says: that it was saved, or that nothing was different. */
export const saidOf = (req: Req, path: string, changed: boolean, word = 'saved'): Response =>
  changed ? said(req, path, word) : redirect(req, path, { said: 'directory.records.noted.same' });

export const said = (req: Req, path: string, word: string): Response =>
  redirect(req, path, { said: `directory.records.said.${word}` });
