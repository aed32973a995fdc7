/** The working view of a plan: every item with who keeps it and what it needs today; many at once; what is drafted, and the way to publication. */
import type { Child } from 'hono/jsx';
import { allows, type Req, redirect } from '#kernel';
import {
  Alert,
  Button,
  Checkbox,
  DateField,
  Details,
  ErrorSummary,
  type FieldErrors,
  Form,
  Hidden,
  LinkButton,
  Pager,
  pageFrom,
  Section,
  Select,
  Submit,
} from '#ui';
import { assignItems, reviewItems } from '../../bulk.ts';
import { keepers, networkId } from '../../drafting.ts';
import { buildOutline, rollUpBranches } from '../../outline.ts';
import { statusClasses } from '../../shape.ts';
import { leavesOf, type PlanRow, type PlanState } from '../../state.ts';
import { type Keeper, type Kept, keptPlan, markKinds } from '../../upkeep.ts';
import { inLocale, statusWord } from '../words.ts';
import { attempt, blank } from './forms.ts';
import { base, draftedWords, mayEdit, me, now, PlanPage } from './frame.tsx';
import {
  anyDrafted,
  type Drafted,
  draftedIn,
  listRevisions,
  isWaiting,
  type ListedRevision,
  peopleWith,
  planHere,
  reading,
} from './reading.ts';
import { anyFilter, type WorkFilters, workFilters, type WorkRow, workRows } from './work-rows.ts';
import { Items, type WorkForm } from './work-table.tsx';

const pageSize = 250;

export interface WorkView {
  plan: PlanRow;
  state: PlanState;
  kept: Map<number, Kept>;
  drafted: Drafted;
  waiting: ListedRevision | undefined;
  people: Keeper[];
}

async function readWork(req: Req): Promise<WorkView> {
  const { ctx } = req;
  return reading(ctx, async (tx) => {
    const plan = await planHere(tx, ctx, req.params.plan);
    return {
      plan,
      ...(await keptPlan(tx, plan, now(req), ctx.network!.timezone)),
      drafted: await draftedIn(tx, plan.id),
      waiting: (await listRevisions(tx, plan.id)).find(isWaiting),
      people: await peopleWith(tx, networkId(ctx), null),
    };
  });
}

export async function workPage(req: Req, form: WorkForm = { ...blank, checked: new Set(), query: req.query }) {
  const { ui, ctx } = req;
  const view = await readWork(req);
  const { plan, state, kept } = view;
  const filters = workFilters(form.query);
  const rows = workRows(state, kept, filters, me(ctx));
  const number = pageFrom(form.query, rows.length, pageSize);
  const shown = rows.slice((number - 1) * pageSize, number * pageSize);
  const branches = rollUpBranches(buildOutline(state.items).roots, leavesOf(state), now(req));
  const edit = mayEdit(ctx);
  // An owner may review what is theirs; only editors give items to others.
  const mine = (row: WorkRow) =>
    row.branch.item.leaf && (edit || (tells && row.kept.owners.some(({ id }) => id === me(ctx))));
  const tells = allows(keepers, ctx);
  const ticking = shown.filter(mine).length;
  const title = inLocale(state.fields.title, ui.locale);
  return (
    <PlanPage
      req={req}
      plan={plan}
      fields={state.fields}
      tab="work"
      title={title}
      eyebrow={ui.t('plan.staff.work.eyebrow')}
      lead={<NeedsWords req={req} kept={kept} />}
    >
      <ErrorSummary ui={ui} errors={form.errors} />
      <DraftBar req={req} view={view} />
      <Filters req={req} view={view} filters={filters} />
      {rows.length === 0 ? (
        <Section title={ui.t('plan.staff.work.items')} id="items">
          <p>{ui.t(anyFilter(filters) ? 'plan.staff.work.noneFit' : 'plan.staff.work.empty')}</p>
          {anyFilter(filters) && (
            <p>
              <a href={ui.href(base(ctx, plan.slug))}>{ui.t('plan.staff.work.all')}</a>
            </p>
          )}
        </Section>
      ) : (
        <BulkForm req={req} plan={plan} query={form.query} refs={shown.filter(mine).map((row) => row.branch.item.ref)}>
          <Items
            req={req}
            state={state}
            rows={shown}
            branches={branches}
            flat={anyFilter(filters)}
            form={form}
            mine={mine}
            ticking={ticking > 0}
          />
          <Pager
            ui={{ ...ui, query: form.query, path: base(ctx, plan.slug) }}
            total={rows.length}
            size={pageSize}
            page={number}
          />
          {ticking > 0 && <Bulk req={req} view={view} form={form} count={ticking} />}
        </BulkForm>
      )}
      {edit && (
        <p>
          <a href={ui.href(`${base(ctx, plan.slug)}/items/new`)}>{ui.t('plan.staff.item.add')}</a>
        </p>
      )}
    </PlanPage>
  );
}

/** The form around the table, for who may tick something in it. */
function BulkForm(props: { req: Req; plan: PlanRow; query: Record<string, string>; refs: number[]; children?: Child }) {
  const { req, plan, query, refs, children } = props;
  const { ui, ctx } = req;
  if (refs.length === 0) return <>{children}</>;
  return (
    <Form ui={ui} action={ui.href(`${base(ctx, plan.slug)}/reviews`)} label={ui.t('plan.staff.work.items')}>
      {Object.entries(query).map(([key, value]) => key !== 'said' && <Hidden name={`query.${key}`} value={value} />)}
      <Hidden name="shown" value={refs.join(' ')} />
      {children}
    </Form>
  );
}

/** One sentence: how much of the plan needs somebody. */
function NeedsWords({ req: { ui }, kept }: { req: Req; kept: Map<number, Kept> }) {
  const count = (kind: string) =>
    [...kept.values()].filter(({ marks }) => marks.some((mark) => mark.kind === kind)).length;
  const [late, stale, unowned] = [count('late'), count('stale'), count('unowned')];
  return (
    <>
      {late + stale + unowned === 0
        ? ui.t('plan.staff.work.allWell')
        : ui.t('plan.staff.work.needs', { late, stale, unowned })}
    </>
  );
}

/** What is drafted and what waits, with the one main action of the page. */
function DraftBar({ req, view: { plan, drafted, waiting } }: { req: Req; view: WorkView }) {
  const { ui, ctx } = req;
  const any = anyDrafted(drafted);
  const publication = ui.href(`${base(ctx, plan.slug)}/publication`);
  if (waiting) {
    return (
      <Alert kind="info" announce={false} title={ui.t('plan.staff.bar.waiting', { n: waiting.n })}>
        <p>
          {any ? ui.t('plan.staff.bar.later', { what: draftedWords(ui, drafted) }) : ui.t('plan.staff.bar.nothingElse')}
        </p>
        <p>
          <LinkButton href={publication}>{ui.t('plan.staff.bar.see')}</LinkButton>
        </p>
      </Alert>
    );
  }
  if (!any) return <p class="wm-soft">{ui.t('plan.staff.bar.none')}</p>;
  return (
    <Alert kind="info" announce={false} title={ui.t('plan.staff.bar.drafted', { what: draftedWords(ui, drafted) })}>
      <p>{ui.t('plan.staff.bar.notPublic')}</p>
      <p>
        <LinkButton href={publication}>{ui.t(mayEdit(ctx) ? 'plan.staff.bar.ask' : 'plan.staff.bar.look')}</LinkButton>
      </p>
    </Alert>
  );
}

function Filters({ req, view: { plan, state, people }, filters }: { req: Req; view: WorkView; filters: WorkFilters }) {
  const { ui, ctx } = req;
  const { levels, themes } = state.fields;
  const any = ui.t('plan.staff.filter.any');
  const choice = (name: string, label: string, value: string, options: { value: string; label: string }[]) => (
    <Select ui={ui} name={name} label={label} value={value} blank={any} options={options} />
  );
  return (
    <Details summary={ui.t('plan.staff.filter.title')} open={anyFilter(filters)}>
      <Form
        ui={ui}
        action={base(ctx, plan.slug)}
        method="get"
        class="wm-filters"
        label={ui.t('plan.staff.filter.title')}
      >
        {choice('mark', ui.t('plan.staff.filter.mark'), filters.mark, [
          { value: 'any', label: ui.t('plan.staff.filter.anyMark') },
          ...markKinds.map((kind) => ({ value: kind, label: ui.t(`plan.upkeep.word.${kind}`) })),
        ])}
        {choice(
          'status',
          ui.t('plan.staff.filter.status'),
          filters.status,
          statusClasses.map((status) => ({ value: status, label: statusWord(ui, state.fields, status) })),
        )}
        {choice('owner', ui.t('plan.staff.filter.owner'), filters.owner, [
          { value: 'me', label: ui.t('plan.staff.filter.me') },
          { value: 'nobody', label: ui.t('plan.staff.filter.nobody') },
          ...people.filter(({ id }) => id !== me(ctx)).map(({ id, name }) => ({ value: id, label: name })),
        ])}
        {levels.length > 1 &&
          choice(
            'level',
            ui.t('plan.staff.filter.level'),
            filters.level === null ? '' : String(filters.level),
            levels.map((level, depth) => ({ value: String(depth), label: inLocale(level.many, ui.locale) })),
          )}
        {themes.length > 0 &&
          choice(
            'theme',
            ui.t('plan.staff.filter.theme'),
            filters.theme,
            themes.map(({ key, title }) => ({ value: key, label: inLocale(title, ui.locale) })),
          )}
        <Button kind="outline">{ui.t('plan.staff.filter.show')}</Button>
        {anyFilter(filters) && <a href={ui.href(base(ctx, plan.slug))}>{ui.t('plan.staff.work.all')}</a>}
      </Form>
    </Details>
  );
}

/** What can be done with the ticked items. Without a script nothing can tick them all, so a box says "all that are shown". */
function Bulk({
  req,
  view: { plan, people },
  form,
  count,
}: {
  req: Req;
  view: WorkView;
  form: WorkForm;
  count: number;
}) {
  const { ui, ctx } = req;
  const { values, errors } = form;
  return (
    <Section title={ui.t('plan.staff.bulk.title')} id="bulk">
      <Checkbox
        ui={ui}
        name="all"
        label={ui.t('plan.staff.bulk.all', { count })}
        checked={values.all === 'yes'}
        errors={errors}
      />
      <div class="wm-actions">
        <Submit>{ui.t('plan.staff.bulk.review')}</Submit>
      </div>
      {mayEdit(ctx) && (
        <div class="wm-filters wm-section">
          <Select
            ui={ui}
            name="person"
            label={ui.t('plan.staff.bulk.owner')}
            value={values.person}
            errors={errors}
            blank={ui.t('plan.staff.bulk.keep')}
            options={people.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <DateField ui={ui} name="due" label={ui.t('plan.staff.bulk.due')} value={values.due} errors={errors} />
          <Button kind="outline" formaction={ui.href(`${base(ctx, plan.slug)}/assignments`)}>
            {ui.t('plan.staff.bulk.assign')}
          </Button>
        </div>
      )}
    </Section>
  );
}

async function bulk(req: Req, run: (values: Record<string, string>, refs: number[]) => Promise<unknown>, said: string) {
  const { fields: values, lists } = await req.form();
  const ticked = values.all === 'yes' ? (values.shown ?? '').split(' ') : (lists.refs ?? []);
  const query = Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (key.startsWith('query.') ? [[key.slice(6), value]] : [])),
  );
  return attempt(
    req,
    async () => {
      await run(values, ticked.map(Number));
      return redirect(req, base(req.ctx, req.params.plan), { ...query, said });
    },
    (errors: FieldErrors) =>
      workPage(req, { values, errors: named(errors), checked: new Set(lists.refs ?? []), query }),
  );
}

/** The list of ticks has no field of its own; its sentence stands for the form. */
const named = ({ refs, on, ...errors }: FieldErrors): FieldErrors => ({
  ...((refs ?? on) && { '': refs ?? on }),
  ...errors,
});

export const reviewMany = (req: Req) =>
  bulk(
    req,
    (_, refs) => reviewItems(req.ctx, { plan: req.params.plan!, refs, on: now(req) }),
    'plan.staff.said.reviewed',
  );

export const assignMany = (req: Req) =>
  bulk(
    req,
    ({ person, due }, refs) =>
      assignItems(req.ctx, {
        plan: req.params.plan!,
        refs,
        on: now(req),
        ...(person && { person }),
        ...(due && { due }),
      }),
    'plan.staff.said.assigned',
  );
