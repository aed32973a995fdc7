/** Taking files along, by page: a small one comes at once, a large one is made by the worker, watched here, and waits an hour for who asked. */
import { get, page, post, Problem, type Req, redirect, type Route, tenantOf } from '#kernel';
import {
  Actions,
  ErrorSummary,
  type FieldErrors,
  Form,
  formatInstant,
  Layout,
  PageHeader,
  Progress,
  Radios,
  Section,
  Submit,
  Table,
} from '#ui';
import { type Audience, organizationIds } from '#modules/organisations';
import { isId } from '../pages/read.ts';
import { endOf, exportWork, filesOf, isSmall, openFile, removeFile } from './export-files.ts';
import { beginExport, exportAudiences, exportBytes, exportFormats, type ExportFormat } from './exporting.ts';
import { exporters } from './roles.ts';
import { base, crumbs } from './preview-page.tsx';
import type { ExportRow } from './store.ts';

const here = '/:network/staff/directory/export';
export const exportRoutes: Route[] = [
  get(here, exporters, (req) => exportPage(req)),
  post(here, exporters, postExport),
  get(`${here}/work/:work`, exporters, workPage),
  post(`${here}/files/:id`, exporters, postFetch),
  post(`${here}/files/:id/removal`, exporters, postRemoval),
];

const refreshSeconds = 2;
const at = (req: Req, rest = ''): string => `${base(req.ctx)}/export${rest}`;

async function exportPage(req: Req, errors: FieldErrors = {}, values: Record<string, string> = {}) {
  const { ui, ctx } = req;
  const title = ui.t('directory.exchange.title.export');
  const waiting = await filesOf(ctx);
  return (
    <Layout ui={ui} title={title} kind="staff" crumbs={crumbs(req, title)}>
      <PageHeader title={title} lead={ui.t('directory.exchange.lead.export')} />
      <ErrorSummary ui={ui} errors={errors} labels={(name) => ui.t(`directory.exchange.export.${name}`)} />
      {waiting.length > 0 && <Waiting req={req} rows={waiting} />}
      {waiting.length > 0 && <h2>{ui.t('directory.exchange.export.another')}</h2>}
      <Form ui={ui} action={ui.href(at(req))}>
        <Radios
          ui={ui}
          name="audience"
          label={ui.t('directory.exchange.export.audience')}
          value={values.audience ?? 'public'}
          options={exportAudiences.map((value) => ({
            value,
            label: ui.t(`directory.exchange.export.audience.${value}`),
          }))}
          errors={errors}
        />
        <Radios
          ui={ui}
          name="format"
          label={ui.t('directory.exchange.export.format')}
          hint={ui.t('directory.exchange.export.format.hint')}
          value={values.format ?? 'hsds'}
          options={exportFormats.map((value) => ({ value, label: ui.t(`directory.exchange.export.format.${value}`) }))}
          errors={errors}
        />
        <p>{ui.t('directory.exchange.export.arrives')}</p>
        <Actions>
          <Submit>{ui.t('directory.exchange.export.make')}</Submit>
          <a href={ui.href(`${base(ctx)}/import`)}>{ui.t('directory.exchange.title.import')}</a>
        </Actions>
      </Form>
    </Layout>
  );
}

const megabytesOf = (row: ExportRow): number => Math.max(0.1, Math.round(Number(row.bytes) / 100_000) / 10);

function Waiting({ req, rows }: { req: Req; rows: readonly ExportRow[] }) {
  const { ui, ctx } = req;
  const nameOf = (row: ExportRow) =>
    ui.t('directory.exchange.export.file.name', {
      audience: ui.t(`directory.exchange.export.audience.${row.audience}`),
      format: ui.t(`directory.exchange.export.format.${row.format}`),
    });
  return (
    <Section title={ui.t('directory.exchange.export.files')} id="files">
      <p>{ui.t('directory.exchange.export.files.lead')}</p>
      <Table
        ui={ui}
        caption={ui.t('directory.exchange.export.files')}
        captionHidden
        rows={rows}
        columns={[
          { key: 'file', label: ui.t('directory.exchange.field.file'), cell: nameOf },
          {
            key: 'size',
            label: ui.t('directory.exchange.export.file.size'),
            cell: (row) => ui.t('directory.exchange.export.file.megabytes', { megabytes: megabytesOf(row) }),
          },
          {
            key: 'until',
            label: ui.t('directory.exchange.export.file.until'),
            cell: (row) => formatInstant(ui.locale, endOf(row)!, ctx.network!.timezone),
          },
          {
            key: 'do',
            label: ui.t('directory.exchange.export.file.do'),
            cell: (row) => (
              <div class="wm-row">
                <Form ui={ui} action={ui.href(at(req, `/files/${row.id}`))}>
                  <Submit>
                    {ui.t('directory.exchange.export.file.fetch')}
                    <span class="wm-sr"> {nameOf(row)}</span>
                  </Submit>
                </Form>
                <Form ui={ui} action={ui.href(at(req, `/files/${row.id}/removal`))}>
                  <button class="wm-linkbutton" type="submit">
                    {ui.t('directory.exchange.export.file.remove')}
                    <span class="wm-sr"> {nameOf(row)}</span>
                  </button>
                </Form>
              </div>
            ),
          },
        ]}
      />
    </Section>
  );
}

async function postExport(req: Req): Promise<Response> {
  const { fields } = await req.form();
  const { ui, ctx } = req;
  const audience = exportAudiences.find((one) => one === fields.audience);
  const format = exportFormats.find((one) => one === fields.format);
  if (!audience || !format) {
    const said = ui.t('directory.exchange.export.problem.choose');
    return page(
      await exportPage(req, { ...(audience ? {} : { audience: said }), ...(format ? {} : { format: said }) }, fields),
      422,
    );
  }
  const organizations = await ctx.app.db.run(tenantOf(ctx), (tx) => organizationIds(tx, ctx.network!.id));
  if (isSmall(organizations.length))
    return sent(req, { audience, format }, exportBytes(ctx, await beginExport(ctx, { audience, format })));
  return redirect(req, at(req, `/work/${await exportWork.begin(ctx, { audience, format }, `${audience} ${format}`)}`));
}

/** How far the making is; the browser asks again by itself. */
async function workPage(req: Req): Promise<Response> {
  const { ui, ctx, params } = req;
  const work = await exportWork.state(ctx, params.work!);
  if (work.state === 'done') return redirect(req, at(req), { said: 'directory.exchange.said.made' });
  if (work.state === 'refused') return page(await exportPage(req, { '': ui.t(work.key, work.values) }), 409);
  const title = ui.t('directory.exchange.title.making');
  const response = await page(
    <Layout ui={ui} title={title} kind="staff" crumbs={crumbs(req, title)}>
      <PageHeader title={title} lead={ui.t('directory.exchange.lead.making')} />
      <Progress ui={ui} label={ui.t('directory.exchange.export.parts')} done={work.done} total={work.total} />
    </Layout>,
  );
  response.headers.set('refresh', String(refreshSeconds));
  return response;
}

/** What is over is said on the page that offered it, for a file of somebody else in the same words. */
async function orOver(req: Req, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'notFound') throw error;
    return page(await exportPage(req, { '': req.ui.t('directory.exchange.export.problem.over') }), 404);
  }
}

function postFetch(req: Req): Promise<Response> {
  return orOver(req, async () => {
    const { row, bytes } = await openFile(req.ctx, req.params.id!);
    const response = sent(req, row, bytes);
    response.headers.set('content-length', String(row.bytes));
    return response;
  });
}

function postRemoval(req: Req): Promise<Response> {
  return orOver(req, async () => {
    const id = req.params.id!;
    if (!isId(id)) throw Problem.notFound();
    await removeFile(req.ctx, { id });
    return redirect(req, at(req), { said: 'directory.exchange.said.fileRemoved' });
  });
}

const types: Record<ExportFormat, [type: string, ending: string]> = {
  hsds: ['application/json; charset=utf-8', 'json'],
  tabular: ['application/zip', 'zip'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  csv: ['text/csv; charset=utf-8', 'csv'],
};

/** Sent as it comes: a slow reader holds up nothing but themselves. */
function sent(
  { ctx }: Req,
  { audience, format }: { audience: Audience; format: ExportFormat },
  parts: AsyncGenerator<Uint8Array>,
): Response {
  const [type, ending] = types[format];
  return new Response(
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await parts.return(undefined)),
    }),
    {
      headers: {
        'content-type': type,
        'content-disposition': `attachment; filename="directory-${ctx.network!.slug}-${audience}.${ending}"`,
      },
    },
  );
}
