/**
 * Bringing files in, by page: choose, look at what it would change, confirm, watch. Nothing is written before the last step; every
 * step works without scripts.
 */
import { get, type NavItem, page, post, Problem, type Req, redirect, type Route } from '#kernel';
import {
  Actions,
  ErrorSummary,
  type FieldErrors,
  FileField,
  Form,
  formatInstant,
  Layout,
  PageHeader,
  Progress,
  Section,
  Steps,
  Submit,
  Table,
} from '#ui';
import { differencesPage } from './differences-page.tsx';
import { type FlatFieldName, flatFields, type Mapping } from './flat.ts';
import { dropImport, importWork, plainChoices, previewImport, rereadImport } from './importing.ts';
import { listImport } from './listing-steps.ts';
import { openImports, shownImport } from './pending.ts';
import { base, crumbs, importSteps, previewPage } from './preview-page.tsx';
import { importers } from './roles.ts';
import { type ImportChoices, showings } from './store.ts';
import type { Counts } from './summary.ts';

const directory = '/:network/staff/directory';
/** A file of the size we take by page, and what surrounds it; larger ones come by the command line. */
const megabytes = 50;
const maxBody = (megabytes + 2) * 1_048_576;

export const exchangeRoutes: Route[] = [
  get(`${directory}/import`, importers, (req) => choosePage(req)),
  post(`${directory}/import`, importers, postFile, { maxBody }),
  get(`${directory}/import/:id`, importers, async (req) =>
    previewPage(req, await shownImport(req.ctx, req.params.id!)),
  ),
  get(`${directory}/import/:id/differences`, importers, differencesPage),
  post(`${directory}/import/:id`, importers, postChoices),
  post(`${directory}/import/:id/confirmation`, importers, postConfirmation),
  post(`${directory}/import/:id/listing`, ['directory_approver'], postListing),
  post(`${directory}/import/:id/removal`, importers, postRemoval),
  get(`${directory}/import/:id/work/:work`, importers, workPage),
];

export const exchangeNav: NavItem[] = [
  { path: '/staff/directory/import', label: 'directory.exchange.title.import', access: importers, order: 40 },
];

async function choosePage(req: Req, errors: FieldErrors = {}) {
  const { ui, ctx } = req;
  const title = ui.t('directory.exchange.title.import');
  const open = await openImports(ctx);
  return (
    <Layout ui={ui} title={title} kind="staff" crumbs={crumbs(req, title)}>
      <PageHeader title={title} lead={ui.t('directory.exchange.lead.import')} />
      <ErrorSummary ui={ui} errors={errors} labels={(name) => ui.t(`directory.exchange.field.${name}`)} />
      <Steps ui={ui} steps={importSteps(ui)} current={0} />
      <Form ui={ui} action={ui.href(`${base(ctx)}/import`)} files>
        <FileField
          ui={ui}
          name="file"
          label={ui.t('directory.exchange.field.file')}
          hint={ui.t('directory.exchange.field.fileHint', { megabytes })}
          accept=".json,.ndjson,.jsonl,.csv,.tsv,.xlsx,.zip"
          errors={errors}
        />
        <Actions>
          <Submit>{ui.t('directory.exchange.read')}</Submit>
          <a href={ui.href(`${base(ctx)}/export`)}>{ui.t('directory.exchange.title.export')}</a>
        </Actions>
      </Form>
      <Section title={ui.t('directory.exchange.waiting')}>
        <Table
          ui={ui}
          caption={ui.t('directory.exchange.waiting')}
          captionHidden
          empty={ui.t('directory.exchange.waiting.none')}
          rows={open}
          columns={[
            {
              key: 'file',
              label: ui.t('directory.exchange.field.file'),
              cell: (row) => <a href={ui.href(`${base(ctx)}/import/${row.id}`)}>{row.filename}</a>,
            },
            {
              key: 'at',
              label: ui.t('directory.exchange.waiting.since'),
              cell: (row) => formatInstant(ui.locale, row.at, ctx.network!.timezone),
            },
            {
              key: 'state',
              label: ui.t('directory.exchange.waiting.state'),
              cell: (row) => ui.t(`directory.exchange.waiting.${row.confirmed_at ? 'asked' : 'open'}`),
            },
          ]}
        />
      </Section>
    </Layout>
  );
}

/** What a person can put right is said on the page it was entered on; the rest goes its way. */
async function attempt(
  work: () => Promise<Response>,
  again: (errors: FieldErrors) => Promise<Parameters<typeof page>[0]>,
  req: Req,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || !['invalid', 'conflict', 'tooMany'].includes(error.kind)) throw error;
    const { ui } = req;
    const fields = Object.entries(error.fields).map(([name, { key, values }]) => [name, ui.t(key, values)] as const);
    const errors = fields.length > 0 ? Object.fromEntries(fields) : { '': ui.t(error.key, error.values) };
    return page(await again(errors), error.status);
  }
}

async function postFile(req: Req) {
  const { files } = await req.form();
  const { ui, ctx } = req;
  if (!files.file) return page(await choosePage(req, { file: ui.t('directory.exchange.problem.noFile') }), 422);
  const { name, bytes } = files.file;
  return attempt(
    async () => redirect(req, `${base(ctx)}/import/${await previewImport(ctx, { filename: name || 'file', bytes })}`),
    (errors) => choosePage(req, errors),
    req,
  );
}

const again = (req: Req) => async (errors: FieldErrors) =>
  previewPage(req, await shownImport(req.ctx, req.params.id!), errors);

async function postChoices(req: Req) {
  const { fields } = await req.form();
  const shown = await shownImport(req.ctx, req.params.id!);
  return attempt(
    async () => {
      await rereadImport(req.ctx, shown.id, choicesFrom(fields, shown.summary.list?.headings ?? []));
      return redirect(req, `${base(req.ctx)}/import/${shown.id}`, { said: 'directory.exchange.said.reread' });
    },
    again(req),
    req,
  );
}

function choicesFrom(fields: Record<string, string>, headings: readonly string[]): ImportChoices {
  const mapping: Mapping = {};
  for (const [i, heading] of headings.entries()) {
    const field = fields[`column.${i}`];
    if (field && Object.hasOwn(flatFields, field)) mapping[heading] = field as FlatFieldName;
  }
  return {
    ...plainChoices,
    show: showings.find((one) => one === fields.show) ?? 'vetting',
    skipBroken: fields.skipBroken === 'yes',
    overwrite: fields.overwrite === 'yes',
    hidden: fields.hidden === 'yes',
    ...(headings.length > 0 ? { mapping } : {}),
  };
}

async function postConfirmation(req: Req) {
  const { fields } = await req.form();
  return attempt(
    async () => {
      const { id } = await shownImport(req.ctx, req.params.id!);
      const work = await importWork.begin(req.ctx, { import: id, basis: fields.basis ?? '' }, id);
      return redirect(req, `${base(req.ctx)}/import/${id}/work/${work}`);
    },
    again(req),
    req,
  );
}

async function postListing(req: Req) {
  return attempt(
    async () => {
      await listImport(req.ctx, { id: req.params.id! });
      return redirect(req, `${base(req.ctx)}/import`, { said: 'directory.exchange.said.listed' });
    },
    again(req),
    req,
  );
}

async function postRemoval(req: Req) {
  await dropImport(req.ctx, { id: req.params.id! });
  return redirect(req, `${base(req.ctx)}/import`, { said: 'directory.exchange.said.dropped' });
}

const refreshSeconds = 2;

/** How far the writing is; the browser asks again by itself. */
async function workPage(req: Req) {
  const { ui, ctx, params } = req;
  const work = await importWork.state(ctx, params.work!);
  if (work.state === 'done') return written(req, work.result);
  if (work.state === 'refused') return page(await again(req)({ '': ui.t(work.key, work.values) }), 409);
  const title = ui.t('directory.exchange.title.writing');
  const response = await page(
    <Layout ui={ui} title={title} kind="staff" crumbs={crumbs(req, title)}>
      <PageHeader title={title} lead={ui.t('directory.exchange.lead.writing')} />
      <Steps ui={ui} steps={importSteps(ui)} current={2} />
      <Progress ui={ui} label={ui.t('directory.exchange.parts')} done={work.done} total={work.total} />
    </Layout>,
  );
  response.headers.set('refresh', String(refreshSeconds));
  return response;
}

const written = (req: Req, counts: Counts): Response =>
  redirect(req, `${base(req.ctx)}/import`, {
    said: 'directory.exchange.said.done',
    ...Object.fromEntries(['organizations', 'services', 'locations'].map((name) => [name, String(counts[name] ?? 0)])),
  });
