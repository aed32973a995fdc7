/** What the forms of an item's working page do. Each one ends on the page again, with what was done or with what to enter. */
import { Problem, type Req, redirect } from '#kernel';
import { placeItem } from '../../bulk.ts';
import { findItem, saveItem } from '../../drafting.ts';
import { addNote, recordFact, retractFact, reviewItem } from '../../news.ts';
import { assignOwner, endOwner } from '../../owners.ts';
import type { ItemFields } from '../../fields.ts';
import { readPlan } from '../../state.ts';
import { attempt, merge, needText, Reading, textFrom, type Values } from './forms.ts';
import { base, now, refsFrom } from './frame.tsx';
import { itemFrom, itemValues, sentValues } from './item-form.tsx';
import { type ItemForm, itemPage } from './item.tsx';
import { refHere } from './item-read.ts';
import { planHere, reading, versionOf } from './reading.ts';

/** Back to the item, at the part where something was done. */
const back = (req: Req, said: string, part = ''): Response =>
  redirect(req, `${base(req.ctx, req.params.plan)}/items/${refHere(req)}${part}`, { said: `plan.staff.said.${said}` });

const about = (req: Req) => ({ plan: req.params.plan!, ref: refHere(req) });

/** Runs one small form; a refusal draws the item's page again with that form open. */
async function small(
  req: Req,
  which: string,
  prefix: string,
  run: (form: Reading, values: Values) => Promise<Response>,
): Promise<Response> {
  const { fields: values } = await req.form();
  return attempt(
    req,
    () => run(new Reading(values), values),
    (errors) => itemPage(req, { which, values, errors }),
    prefix,
  );
}

/** A reason is optional, but Spanish alone is not enough: English is the language everyone falls back to. */
const reasonFrom = (form: Reading, name: string) => textFrom(form.values, name) && needText(form, name);

export const postStatus = (req: Req) =>
  small(req, 'status', 'status.', async (form, values) => {
    const on = form.past('status.on', now(req));
    const [status = '', label = ''] = (values['status.status'] ?? '').split(':');
    const reason = reasonFrom(form, 'status.reason');
    if (!status) form.wrong('status.status', 'kernel.field.choose');
    if (status === 'excluded' && !reason) form.wrong('status.reason.en', 'plan.field.excludeWhy');
    form.done();
    await recordFact(req.ctx, {
      ...about(req),
      kind: 'status',
      on,
      // The schema refuses what is no status.
      status: status as 'done',
      ...(label && { label }),
      ...(reason && { reason }),
    });
    return back(req, status === 'excluded' ? 'excluded' : 'recorded');
  });

export const postUpdate = (req: Req) =>
  small(req, 'updates', 'update.', async (form) => {
    const on = form.past('update.on', now(req));
    const text = needText(form, 'update.text');
    form.done();
    await recordFact(req.ctx, { ...about(req), kind: 'update', on, text });
    return back(req, 'recorded');
  });

export const postScope = (req: Req) =>
  small(req, 'scope', 'scope.', async (form, values) => {
    const on = form.past('scope.on', now(req));
    const change = form.text('scope.change');
    if (!change) form.wrong('scope.change', 'kernel.field.choose');
    const state = await reading(req.ctx, async (tx) =>
      readPlan(tx, await planHere(tx, req.ctx, req.params.plan), 'draft'),
    );
    const { refs, unknown } = refsFrom(state, values['scope.into'] ?? '');
    if (unknown.length > 0)
      form.wrong('scope.into', 'plan.staff.field.unknownNumbers', { numbers: unknown.join(', ') });
    const reason = reasonFrom(form, 'scope.reason');
    form.done();
    await recordFact(req.ctx, {
      ...about(req),
      kind: 'scope',
      on,
      change: change as 'merged',
      ...(refs.length > 0 && { into: refs }),
      ...(reason && { reason }),
    });
    return back(req, 'recorded');
  });

export const postReview = (req: Req) =>
  small(req, 'reviews', 'review.', async () => {
    await reviewItem(req.ctx, { ...about(req), on: now(req) });
    return back(req, 'reviewed');
  });

export const postRetraction = (req: Req) =>
  small(req, 'retractions', 'retract.', async (form, values) => {
    const reason = reasonFrom(form, 'retract.reason');
    if (!values['retract.fact']) form.wrong('retract.fact', 'kernel.field.choose');
    form.done();
    await retractFact(req.ctx, {
      plan: req.params.plan!,
      fact: values['retract.fact'] ?? '',
      ...(reason && { reason }),
    });
    return back(req, 'retracted');
  });

export const postNote = (req: Req) =>
  small(req, 'notes', 'note.', async (_, values) => {
    await addNote(req.ctx, { ...about(req), body: values['note.body'] ?? '' });
    return back(req, 'noted', '#notes');
  });

export const postOwner = (req: Req) =>
  small(req, 'owners', 'owner.', async (form, values) => {
    if (!values['owner.person']) form.wrong('owner.person', 'kernel.field.choose');
    form.done();
    await assignOwner(req.ctx, { ...about(req), on: now(req), person: values['owner.person'] ?? '' });
    return back(req, 'owned', '#owners');
  });

export const postOwnerEnd = (req: Req) =>
  small(req, 'owners', 'owner.', async (_, values) => {
    await endOwner(req.ctx, { ...about(req), on: now(req), person: values.person ?? '' });
    return back(req, 'disowned', '#owners');
  });

export const postPlace = (req: Req) =>
  small(req, 'place', 'place.', async (_, values) => {
    const parent = values['place.parentRef'];
    await placeItem(req.ctx, {
      ...about(req),
      parentRef: parent ? Number(parent) : null,
      place: Number(values['place.place'] ?? ''),
    });
    return back(req, 'moved');
  });

/** Saves the text. When somebody else saved in between, both edits are put together and shown; nothing is written. */
export async function postItem(req: Req): Promise<Response> {
  const { fields, lists } = await req.form();
  const { _csrf, basedOn, ...sent } = sentValues(fields, lists);
  const { ctx } = req;
  const read = await reading(ctx, async (tx) => {
    const plan = await planHere(tx, ctx, req.params.plan);
    const item = await findItem(tx, plan, refHere(req));
    if (item.kind !== 'item') throw Problem.notFound('plan.problem.noItem', { ref: item.ref });
    const based = /^\d{1,15}$/.test(basedOn ?? '') ? await versionOf(tx, item.id, Number(basedOn)) : null;
    return {
      state: await readPlan(tx, plan, 'draft'),
      newest: item.fields as ItemFields,
      based: based?.fields as ItemFields | undefined,
    };
  });
  return attempt(
    req,
    async () => {
      const { parentRef, position } = read.newest;
      await saveItem(ctx, {
        ...about(req),
        fields: itemFrom(sent, read.state, { parentRef, position }, now(req)),
        basedOn: basedOn ?? '',
      });
      return back(req, 'saved');
    },
    (errors, problem) => {
      const form: ItemForm = { which: 'edit', values: sent, errors };
      if (problem.key === 'plan.problem.editedMeanwhile') {
        form.merged = merge(
          read.based ? itemValues(read.based, read.state) : {},
          itemValues(read.newest, read.state),
          sent,
        );
        form.values = form.merged.values;
        form.errors = {};
      }
      return itemPage(req, form);
    },
  );
}
