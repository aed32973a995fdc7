/**
 * Importing a plan by page: choose a file or paste a text, look at what was found and what it would change, correct the mapping, confirm. Nothing is
 * written before the last step; every step works without scripts.
 */
import { download, get, page, post, Problem, type Req, redirect, type Route } from '#kernel';
import {
  Actions,
  DateField,
  ErrorSummary,
  type FieldErrors,
  FileField,
  Form,
  Layout,
  PageHeader,
  Progress,
  Select,
  Steps,
  Submit,
  TextArea,
  TextField,
} from '#ui';
import { editors, networkId } from '../drafting.ts';
import { writePlan } from '../exchange/index.ts';
import { exportPlan } from '../exporting.ts';
import { type ImportChoices, type ImportCounts, isLongImport } from '../import-pending.ts';
import { confirmImport, importWork, previewImport, showImport } from '../importing.ts';
import { type StatusClass, statusClasses } from '../shape.ts';
import { importSteps, previewPage } from './import-preview.tsx';
import { attempt } from './staff/forms.ts';
import { base } from './staff/frame.tsx';
import { listPlans, reading } from './staff/reading.ts';
import { inLocale } from './words.ts';

/** A form with a file of the largest size we read, and what surrounds it. */
const maxBody = 25 * 1_048_576;
const plans = '/:network/staff/plans';

export const importRoutes: Route[] = [
  get(`${plans}/import`, editors, (req) => formPage(req)),
  post(`${plans}/import`, editors, postFile, { maxBody }),
  get(`${plans}/import/:id`, editors, (req) => showPage(req)),
  post(`${plans}/import/:id`, editors, postChoices),
  post(`${plans}/import/:id/confirmation`, editors, postConfirmation),
  get(`${plans}/import/:id/work/:work`, editors, workPage),
  get(`${plans}/:plan/import`, editors, (req) => formPage(req)),
  post(`${plans}/:plan/import`, editors, postFile, { maxBody }),
  get(`${plans}/:plan/export/:format`, editors, draftFile),
];

type Values = Record<string, string>;

/** Choosing the file. On the address of a plan the plan is settled. */
async function formPage(req: Req, values: Values = {}, errors: FieldErrors = {}) {
  const { ui, ctx, params } = req;
  const list = await reading(ctx, (tx) => listPlans(tx, networkId(ctx)));
  const named = params.plan === undefined ? undefined : list.find((plan) => plan.slug === params.plan);
  if (params.plan !== undefined && !named) throw Problem.notFound('plan.problem.noPlan', { slug: params.plan });
  const home = base(ctx, named?.slug);
  return (
    <Layout
      ui={ui}
      title={ui.t('plan.import.title')}
      kind="staff"
      crumbs={[
        { label: ui.t('plan.import.crumb.plans'), href: ui.href(base(ctx)) },
        ...(named ? [{ label: inLocale(named.title, ui.locale), href: ui.href(home) }] : []),
        { label: ui.t('plan.import.title') },
      ]}
    >
      <PageHeader
        title={
          named ? ui.t('plan.import.titleOf', { plan: inLocale(named.title, ui.locale) }) : ui.t('plan.import.title')
        }
        lead={ui.t('plan.import.lead')}
      />
      <ErrorSummary ui={ui} errors={errors} />
      <Steps ui={ui} steps={importSteps(ui)} current={0} />
      <Form ui={ui} action={ui.href(`${home}/import`)} files>
        <FileField
          ui={ui}
          name="file"
          label={ui.t('plan.import.field.file')}
          hint={ui.t('plan.import.field.fileHint')}
          accept=".docx,.xlsx,.csv,.tsv,.txt,.html,.htm,.json"
          errors={errors}
          optional
        />
        <TextArea
          ui={ui}
          name="text"
          label={ui.t('plan.import.field.text')}
          hint={ui.t('plan.import.field.textHint')}
          value={values.text}
          rows={8}
          errors={errors}
          optional
        />
        {!named && (
          <>
            {list.length > 0 && (
              <Select
                ui={ui}
                name="plan"
                label={ui.t('plan.import.field.plan')}
                blank={ui.t('plan.import.field.planNew')}
                value={values.plan}
                options={list.map((plan) => ({ value: plan.slug, label: inLocale(plan.title, ui.locale) }))}
                errors={errors}
              />
            )}
            <TextField
              ui={ui}
              name="slug"
              label={ui.t('plan.import.field.slug')}
              hint={ui.t('plan.import.field.slugHint', { path: `/${ctx.network?.slug}/plans/` })}
              value={values.slug}
              errors={errors}
              maxlength={60}
              spellcheck={false}
              optional={list.length > 0}
            />
          </>
        )}
        <DateField
          ui={ui}
          name="asOf"
          label={ui.t('plan.import.field.asOf')}
          hint={ui.t('plan.import.field.asOfHint')}
          value={values.asOf}
          errors={errors}
          optional
        />
        <Actions>
          <Submit>{ui.t('plan.import.read')}</Submit>
          <a href={ui.href(home)}>{ui.t('plan.import.cancel')}</a>
        </Actions>
      </Form>
    </Layout>
  );
}

async function postFile(req: Req) {
  const { fields: values, files } = await req.form();
  const { ui, ctx, params } = req;
  const again = async (wrong: FieldErrors) => page(await formPage(req, values, wrong), 422);
  const text = (values.text ?? '').trim();
  const slug = params.plan ?? (values.plan || values.slug || '').trim();
  const errors: FieldErrors = {};
  if (!files.file && !text) errors.file = ui.t('plan.import.field.nothing');
  if (files.file && text) errors.file = ui.t('plan.import.field.both');
  if (!slug) errors.slug = ui.t('plan.import.field.slugMissing');
  if (values.plan && values.slug) errors.slug = ui.t('plan.import.field.slugBoth');
  if (Object.keys(errors).length > 0) return again(errors);
  return attempt(
    req,
    async () => {
      const shown = await previewImport(ctx, {
        planSlug: slug,
        filename: files.file?.name || ui.t('plan.import.pasted'),
        mediaType: files.file?.type,
        bytes: files.file?.bytes ?? new TextEncoder().encode(values.text),
        asOf: values.asOf || undefined,
      });
      // Nothing in it can be shown, so what is wrong stands where the file was chosen.
      if (shown.read.rows.length === 0) {
        const said = shown.problems.map((problem) => problem.message).join(' ');
        return again({ [files.file ? 'file' : 'text']: said });
      }
      return redirect(req, `${base(ctx)}/import/${shown.id}`);
    },
    (found) => formPage(req, values, withoutPrefix(found)),
  );
}

const withoutPrefix = (errors: FieldErrors): FieldErrors =>
  Object.fromEntries(Object.entries(errors).map(([name, said]) => [name.replace(/^choices\./, ''), said]));

async function showPage(req: Req, errors: FieldErrors = {}) {
  return previewPage(req, await showImport(req.ctx, req.params.id!), errors);
}

/** Reads the same file again with the mapping that a person chose. */
async function postChoices(req: Req) {
  const { fields } = await req.form();
  return attempt(
    req,
    async () => {
      const choices = choicesFrom(fields);
      const { id } = await previewImport(req.ctx, {
        id: req.params.id!,
        planSlug: '',
        filename: '',
        bytes: new Uint8Array(),
        ...choices,
      });
      return redirect(req, `${base(req.ctx)}/import/${id}`, { said: 'plan.import.said.reread' });
    },
    (errors) => showPage(req, withoutPrefix(errors)),
  );
}

/** `word.0` names a word of the file and `class.0` what it is taken for; `level.0` is the name of the top level. */
function choicesFrom(fields: Values): ImportChoices {
  const statusMap: Record<string, StatusClass> = {};
  const levelNames: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const [kind, n = ''] = name.split('.');
    const chosen = fields[`class.${n}`];
    if (kind === 'word' && statusClasses.some((one) => one === chosen)) statusMap[value] = chosen as StatusClass;
    if (kind === 'level' && /^\d{1,2}$/.test(n)) levelNames[Number(n)] = value.trim();
  }
  return {
    statusMap,
    levelNames: Array.from(levelNames, (name) => name ?? ''),
    asOf: fields.asOf || undefined,
    ...(fields.title?.trim() ? { title: { en: fields.title.trim().slice(0, 200) } } : {}),
    missing: fields.missing === 'remove' ? 'remove' : 'keep',
    removedOn: fields.missing === 'remove' ? fields.removedOn || undefined : undefined,
  };
}

async function postConfirmation(req: Req) {
  const { fields } = await req.form();
  return attempt(
    req,
    async () => {
      const [id, basis] = [req.params.id!, fields.basis ?? ''];
      if (!(await isLongImport(req.ctx, id))) return imported(req, await confirmImport(req.ctx, { id, basis }));
      const work = await importWork.begin(req.ctx, { import: id, basis }, id);
      return redirect(req, `${base(req.ctx)}/import/${id}/work/${work}`);
    },
    (errors) => showPage(req, errors),
  );
}

/** To the plan, with what was written. */
function imported(req: Req, counts: ImportCounts): Response {
  const { added, changed, statuses, removed, scope, untouched } = counts;
  return redirect(req, base(req.ctx, counts.plan), {
    said: 'plan.import.said.done',
    ...Object.fromEntries(
      Object.entries({ added, changed, statuses, removed, scope, untouched }).map(([k, v]) => [k, String(v)]),
    ),
  });
}

const refreshSeconds = 2;

/** How far the writing of a large file is; the browser asks again by itself, and goes on to the plan when it is done. */
async function workPage(req: Req) {
  const { ui, ctx, params } = req;
  const work = await importWork.state(ctx, params.work!);
  if (work.state === 'done') return imported(req, work.result);
  if (work.state === 'refused') {
    const said = ui.t(work.key, work.values);
    return page(await showPage(req, { '': said }), 409);
  }
  const response = await page(
    <Layout
      ui={ui}
      title={ui.t('plan.import.writing')}
      kind="staff"
      crumbs={[
        { label: ui.t('plan.import.crumb.plans'), href: ui.href(base(ctx)) },
        { label: ui.t('plan.import.writing') },
      ]}
    >
      <PageHeader title={ui.t('plan.import.writing')} lead={ui.t('plan.import.writingLead')} />
      <Steps ui={ui} steps={importSteps(ui)} current={2} />
      <Progress ui={ui} label={ui.t('plan.import.writingParts')} done={work.done} total={work.total} />
    </Layout>,
  );
  response.headers.set('refresh', String(refreshSeconds));
  return response;
}

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
} as const;

/** The draft as a file, published or not. */
async function draftFile(req: Req) {
  const { plan: slug = '', format = '' } = req.params;
  if (!Object.hasOwn(types, format)) throw Problem.notFound();
  const known = format as keyof typeof types;
  const file = await exportPlan(req.ctx.app, networkId(req.ctx), slug, 'draft');
  return download(await writePlan(file, known), types[known], `${slug}-draft.${known}`);
}
