/** Every plan of the network with what waits in it, and making a new one. */
import { type Req, redirect } from '#kernel';
import {
  Actions,
  BilingualField,
  DateField,
  Details,
  ErrorSummary,
  Form,
  Layout,
  LinkButton,
  PageHeader,
  Radios,
  Select,
  Submit,
  Table,
  TextField,
} from '#ui';
import { createPlan, networkId } from '../../drafting.ts';
import type { PlanFields } from '../../fields.ts';
import type { StatusLabel } from '../../shape.ts';
import { inLocale } from '../words.ts';
import { attempt, blank, needText, Reading, type Refused, textFrom, textValue, type Values } from './forms.ts';
import { base, draftedWords, mayEdit } from './frame.tsx';
import { anyDrafted, type ListedPlan, listPlans, reading } from './reading.ts';

export async function plansPage(req: Req) {
  const { ui, ctx } = req;
  const list = await reading(ctx, (tx) => listPlans(tx, networkId(ctx)));
  const edit = mayEdit(ctx);
  return (
    <Layout ui={ui} title={ui.t('plan.staff.plans')} kind="staff">
      <PageHeader
        title={ui.t('plan.staff.plans')}
        lead={ui.t('plan.staff.plans.lead')}
        actions={
          edit && (
            <>
              <LinkButton href={ui.href(`${base(ctx)}/new`)}>{ui.t('plan.staff.new')}</LinkButton>
              <LinkButton kind="outline" href={ui.href(`${base(ctx)}/import`)}>
                {ui.t('plan.import.title')}
              </LinkButton>
            </>
          )
        }
      />
      <Table
        ui={ui}
        caption={ui.t('plan.staff.plans')}
        captionHidden
        empty={ui.t(edit ? 'plan.staff.plans.none' : 'plan.staff.plans.noneYet')}
        rows={list}
        columns={[
          {
            key: 'title',
            label: ui.t('plan.staff.plan'),
            cell: (row) => <a href={ui.href(base(ctx, row.slug))}>{inLocale(row.title, ui.locale)}</a>,
          },
          { key: 'published', label: ui.t('plan.staff.published'), cell: (row) => <Published req={req} row={row} /> },
          { key: 'waits', label: ui.t('plan.staff.waits'), cell: (row) => <Waits req={req} row={row} /> },
        ]}
      />
    </Layout>
  );
}

const Published = ({ req: { ui, ctx }, row }: { req: Req; row: ListedPlan }) =>
  row.published === null ? (
    <span class="wm-soft">{ui.t('plan.staff.notPublished')}</span>
  ) : (
    <a href={ui.href(`/${ctx.network?.slug}/plans/${row.slug}`)}>{ui.t('plan.staff.revision', { n: row.published })}</a>
  );

const Waits = ({ req: { ui, ctx }, row }: { req: Req; row: ListedPlan }) => (
  <>
    {row.waiting !== null && (
      <a href={ui.href(`${base(ctx, row.slug)}/publication`)}>{ui.t('plan.staff.revisionWaits', { n: row.waiting })}</a>
    )}
    {row.waiting !== null && anyDrafted(row) && '; '}
    {anyDrafted(row) && ui.t('plan.staff.draftedShort', { what: draftedWords(ui, row) })}
    {row.waiting === null && !anyDrafted(row) && <span class="wm-soft">{ui.t('plan.staff.nothingWaits')}</span>}
  </>
);

/** Shapes that published plans have; the words can be changed later. Both languages, singular and plural. */
const shapes: Record<string, [string, string, string, string][]> = {
  objectives: [
    ['Objective', 'Objectives', 'Objetivo', 'Objetivos'],
    ['Strategy', 'Strategies', 'Estrategia', 'Estrategias'],
    ['Tactic', 'Tactics', 'Táctica', 'Tácticas'],
  ],
  pathways: [
    ['Pathway', 'Pathways', 'Ruta', 'Rutas'],
    ['Goal', 'Goals', 'Meta', 'Metas'],
    ['Action', 'Actions', 'Acción', 'Acciones'],
  ],
  pillars: [
    ['Pillar', 'Pillars', 'Pilar', 'Pilares'],
    ['Strategy', 'Strategies', 'Estrategia', 'Estrategias'],
  ],
  list: [['Action', 'Actions', 'Acción', 'Acciones']],
};
/** Words that stand where a plan's address would in the addresses of other pages. */
const reserved = ['new', 'import', 'compare', 'export'];
const ownLevels = [0, 1, 2, 3];

export async function newPlanPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const others = await reading(ctx, (tx) => listPlans(tx, networkId(ctx)));
  const { values, errors } = refused;
  return (
    <Layout
      ui={ui}
      title={ui.t('plan.staff.new')}
      kind="staff"
      crumbs={[{ label: ui.t('plan.staff.plans'), href: ui.href(base(ctx)) }, { label: ui.t('plan.staff.new') }]}
    >
      <PageHeader title={ui.t('plan.staff.new')} lead={ui.t('plan.staff.new.lead')} />
      <ErrorSummary ui={ui} errors={errors} />
      <Form ui={ui} action={ui.href(`${base(ctx)}/new`)} unsaved>
        <BilingualField
          ui={ui}
          name="title"
          label={ui.t('plan.staff.field.title')}
          value={textValue(values, 'title')}
          errors={errors}
          maxlength={200}
        />
        <TextField
          ui={ui}
          name="slug"
          label={ui.t('plan.staff.field.slug')}
          hint={ui.t('plan.staff.field.slugHint', { path: `/${ctx.network?.slug}/plans/` })}
          value={values.slug}
          errors={errors}
          maxlength={60}
          spellcheck={false}
        />
        <Radios
          ui={ui}
          name="shape"
          label={ui.t('plan.staff.field.shape')}
          hint={ui.t('plan.staff.field.shapeHint')}
          value={values.shape ?? 'objectives'}
          errors={errors}
          options={[
            ...Object.entries(shapes).map(([value, levels]) => ({
              value,
              label: levels.map(([one, , uno]) => (ui.locale === 'es' ? uno : one)).join(' → '),
            })),
            { value: 'own', label: ui.t('plan.staff.field.shapeOwn') },
          ]}
        />
        <Details summary={ui.t('plan.staff.field.ownLevels')} open={values.shape === 'own'}>
          <p>{ui.t('plan.staff.field.ownLevelsHint')}</p>
          {ownLevels.map((n) => (
            <>
              <BilingualField
                ui={ui}
                name={`levels.${n}.one`}
                label={ui.t('plan.staff.field.levelOne', { n: n + 1 })}
                value={textValue(values, `levels.${n}.one`)}
                errors={errors}
                optional
                maxlength={60}
              />
              <BilingualField
                ui={ui}
                name={`levels.${n}.many`}
                label={ui.t('plan.staff.field.levelMany', { n: n + 1 })}
                value={textValue(values, `levels.${n}.many`)}
                errors={errors}
                optional
                maxlength={60}
              />
            </>
          ))}
        </Details>
        <Details
          summary={ui.t('plan.staff.field.ownWords')}
          open={Object.keys(values).some((key) => key.startsWith('word.') && values[key])}
        >
          <p>{ui.t('plan.staff.field.ownWordsHint')}</p>
          {(['done', 'active', 'notBegun', 'ongoing', 'excluded'] as const).map((status) => (
            <BilingualField
              ui={ui}
              name={`word.${status}`}
              label={ui.t(`ui.status.${status}`)}
              value={textValue(values, `word.${status}`)}
              errors={errors}
              optional
              maxlength={60}
            />
          ))}
        </Details>
        <DateField
          ui={ui}
          name="startsOn"
          label={ui.t('plan.staff.field.startsOn')}
          value={values.startsOn}
          errors={errors}
          optional
        />
        <DateField
          ui={ui}
          name="endsOn"
          label={ui.t('plan.staff.field.endsOn')}
          value={values.endsOn}
          errors={errors}
          optional
        />
        {others.length > 0 && (
          <Select
            ui={ui}
            name="predecessor"
            label={ui.t('plan.staff.field.predecessor')}
            value={values.predecessor}
            errors={errors}
            optional
            blank={ui.t('plan.staff.field.noPredecessor')}
            options={others.map((other) => ({ value: other.slug, label: inLocale(other.title, ui.locale) }))}
          />
        )}
        <Actions>
          <Submit>{ui.t('plan.staff.new.make')}</Submit>
          <a href={ui.href(base(ctx))}>{ui.t('plan.staff.cancel')}</a>
        </Actions>
      </Form>
    </Layout>
  );
}

function planFrom(values: Values): PlanFields {
  const form = new Reading(values);
  const title = needText(form, 'title');
  let levels: PlanFields['levels'] = (shapes[values.shape ?? ''] ?? []).map(([one, many, uno, varios]) => ({
    one: { en: one, es: uno },
    many: { en: many, es: varios },
  }));
  if (values.shape === 'own') {
    levels = ownLevels.flatMap((n) => {
      const [one, many] = [textFrom(values, `levels.${n}.one`), textFrom(values, `levels.${n}.many`)];
      return one || many ? [{ one: needText(form, `levels.${n}.one`), many: needText(form, `levels.${n}.many`) }] : [];
    });
  }
  if (reserved.includes(form.text('slug'))) form.wrong('slug', 'plan.staff.field.slugTaken');
  if (levels.length === 0) form.wrong('shape', 'plan.staff.field.needLevel');
  const statuses = (['done', 'active', 'notBegun', 'ongoing', 'excluded'] as const).flatMap((status): StatusLabel[] =>
    textFrom(values, `word.${status}`)
      ? [{ code: status.toLowerCase(), class: status, label: needText(form, `word.${status}`) }]
      : [],
  );
  const [startsOn, endsOn] = [form.text('startsOn'), form.text('endsOn')];
  if (startsOn && endsOn && endsOn < startsOn) form.wrong('endsOn', 'plan.staff.field.endsBefore');
  form.done();
  return {
    title,
    levels,
    statuses,
    themes: [],
    publishedTotals: [],
    ...(startsOn && { startsOn }),
    ...(endsOn && { endsOn }),
  };
}

export async function makePlan(req: Req) {
  const { fields: values } = await req.form();
  return attempt(
    req,
    async () => {
      const fields = planFrom(values);
      const made = await createPlan(req.ctx, {
        slug: values.slug ?? '',
        fields,
        ...(values.predecessor && { predecessor: values.predecessor }),
      });
      return redirect(req, base(req.ctx, made.slug), { said: 'plan.staff.said.made' });
    },
    (errors) => newPlanPage(req, { values, errors }),
  );
}
