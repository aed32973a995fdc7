/** A new item, at the top level or under another. */
import { type Req, redirect } from '#kernel';
import { Actions, DateField, ErrorSummary, Form, Select, Submit } from '#ui';
import { saveItem } from '../../drafting.ts';
import { buildOutline, walk } from '../../outline.ts';
import { type PlanState, readPlan } from '../../state.ts';
import { attempt, blank, type Refused, type Values } from './forms.ts';
import { base, levelWord, now, PlanPage } from './frame.tsx';
import { ItemFieldset, itemFrom, sentValues } from './item-form.tsx';
import { parentOptions } from './item-parts.tsx';
import { listRevisions, planHere, reading } from './reading.ts';

const readHere = (req: Req) =>
  reading(req.ctx, async (tx) => {
    const plan = await planHere(tx, req.ctx, req.params.plan);
    const published = (await listRevisions(tx, plan.id)).some(({ approvedAt }) => approvedAt);
    return { plan, published, state: await readPlan(tx, plan, 'draft') };
  });

/** What a new item under this one starts with: the next number, and a status of its own at the last level. */
function startValues(state: PlanState, under: number | null): Values {
  const branches = [...walk(buildOutline(state.items).roots)];
  const parent = branches.find((branch) => branch.item.ref === under);
  const siblings = branches.filter((branch) => branch.item.parentRef === under);
  const depth = parent ? parent.depth + 1 : 0;
  const last = siblings.at(-1)?.item.number ?? '';
  const next = /^(.*?)(\d+)$/.exec(last);
  const first = parent ? (parent.item.number ? `${parent.item.number}.1` : '') : '1';
  return {
    parentRef: under === null ? '' : String(under),
    number: next ? `${next[1]}${Number(next[2]) + 1}` : siblings.length === 0 ? first : '',
    leaf: depth >= state.fields.levels.length - 1 ? 'yes' : 'no',
  };
}

export async function newItemPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { plan, state, published } = await readHere(req);
  const asked = Number(req.query.under);
  const under = state.items.some(({ ref, leaf }) => ref === asked && !leaf) ? asked : null;
  const given = Object.keys(refused.values).length > 0;
  const values = given ? refused.values : { ...startValues(state, under), ...(published && { addedOn: now(req) }) };
  const depth = [...walk(buildOutline(state.items).roots)].find((branch) => branch.item.ref === under)?.depth ?? -1;
  const title = ui.t('plan.staff.item.new', { level: levelWord(state.fields, depth + 1, ui) });
  return (
    <PlanPage req={req} plan={plan} fields={state.fields} tab={null} title={title} crumbs={[{ label: title }]}>
      <ErrorSummary ui={ui} errors={refused.errors} />
      <Form ui={ui} action={ui.href(`${base(ctx, plan.slug)}/items/new`)} unsaved>
        <Select
          ui={ui}
          name="parentRef"
          label={ui.t('plan.staff.item.parent')}
          value={values.parentRef}
          errors={refused.errors}
          blank={ui.t('plan.staff.item.top')}
          options={parentOptions(ui, state.items, null)}
        />
        <ItemFieldset ui={ui} fields={state.fields} values={values} errors={refused.errors} />
        <DateField
          ui={ui}
          name="addedOn"
          label={ui.t('plan.staff.item.addedOn')}
          hint={ui.t('plan.staff.item.addedOnHint')}
          value={values.addedOn}
          errors={refused.errors}
          optional
        />
        <Actions>
          <Submit>{ui.t('plan.staff.item.add')}</Submit>
          <a href={ui.href(base(ctx, plan.slug))}>{ui.t('plan.staff.cancel')}</a>
        </Actions>
      </Form>
    </PlanPage>
  );
}

export async function makeItem(req: Req) {
  const { fields, lists } = await req.form();
  const { _csrf, ...sent } = sentValues(fields, lists);
  const { state } = await readHere(req);
  return attempt(
    req,
    async () => {
      const parentRef = sent.parentRef ? Number(sent.parentRef) : null;
      const places = state.items.filter((item) => item.parentRef === parentRef).map(({ position }) => position);
      const ref = await saveItem(req.ctx, {
        plan: req.params.plan!,
        ref: null,
        fields: itemFrom(sent, state, { parentRef, position: Math.max(-1, ...places) + 1 }, now(req)),
        ...(sent.addedOn && { addedOn: sent.addedOn }),
      });
      return redirect(req, `${base(req.ctx, req.params.plan)}/items/${ref}`, { said: 'plan.staff.said.added' });
    },
    (errors) => newItemPage(req, { values: sent, errors }),
  );
}
