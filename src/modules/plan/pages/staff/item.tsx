/** The working page of one item: what it is, what is new, its text, who keeps it, what colleagues noted, and its story with the drafts. */
import type { Child } from 'hono/jsx';
import { allows, type Req } from '#kernel';
import {
  Actions,
  Details,
  ErrorSummary,
  type FieldErrors,
  Form,
  Hidden,
  LinkButton,
  Section,
  StatusTag,
  Submit,
} from '#ui';
import { buildOutline, walk } from '../../outline.ts';
import { inLocale, langOf, statusWord } from '../words.ts';
import type { Merged, Values } from './forms.ts';
import { base, day, itemName, levelWord, Marks, now, PlanPage } from './frame.tsx';
import { ItemFieldset, itemValues } from './item-form.tsx';
import { Evidence, ItemFacts, Meanwhile, Notes, Owners, PlaceForm } from './item-parts.tsx';
import { type ItemView, readItem } from './item-read.ts';
import { Pending, Story } from './item-story.tsx';
import { Tell } from './item-tell.tsx';
import { keepers } from '../../drafting.ts';

/** The form that could not be accepted, by the noun it posts to. */
export interface ItemForm {
  which: string | null;
  values: Values;
  errors: FieldErrors;
  merged?: Merged;
}

const nothing: ItemForm = { which: null, values: {}, errors: {} };

export async function itemPage(req: Req, form: ItemForm = nothing) {
  const view = await readItem(req);
  return <ItemPage req={req} view={view} form={form} />;
}

function ItemPage({ req, view, form }: { req: Req; view: ItemView; form: ItemForm }) {
  const { ui, ctx } = req;
  const { plan, state, item } = view;
  const home = base(ctx, plan.slug);
  const at = `${home}/items/${item.ref}`;
  const branches = new Map([...walk(buildOutline(state.items).roots)].map((branch) => [branch.item.ref, branch]));
  const branch = branches.get(item.ref)!;
  const above: { label: Child; href?: string }[] = [];
  for (let up = item.parentRef, steps = 0; up !== null && steps < 50; steps++) {
    const parent = branches.get(up)?.item;
    if (!parent) break;
    above.unshift({
      label: parent.number || inLocale(parent.title, ui.locale),
      href: ui.href(`${home}/items/${parent.ref}`),
    });
    up = parent.parentRef;
  }
  const link = (ref: number) => {
    const other = branches.get(ref)?.item;
    return other ? <a href={ui.href(`${home}/items/${ref}`)}>{itemName(other, ui)}</a> : `#${ref}`;
  };
  const of = (which: string) => (form.which === which ? form : nothing);
  return (
    <PlanPage
      req={req}
      plan={plan}
      fields={state.fields}
      tab={null}
      title={itemName(item, ui)}
      heading={<span lang={langOf(item.title, ui.locale)}>{inLocale(item.title, ui.locale)}</span>}
      eyebrow={`${levelWord(state.fields, branch.depth, ui)} ${item.number}`.trim()}
      crumbs={[...above, { label: item.number || inLocale(item.title, ui.locale) }]}
    >
      <ErrorSummary ui={ui} errors={form.errors} />
      {form.merged && <Meanwhile ui={ui} merged={form.merged} by={view.version.by} at={view.version.at} />}
      {item.leaf ? (
        <Standing req={req} view={view} />
      ) : (
        <Under req={req} view={view} home={home} refs={branch.children.map((child) => child.item.ref)} link={link} />
      )}
      <Marks ui={ui} marks={view.kept.marks} />
      <Pending req={req} view={view} />
      {view.tell && <Tell ui={ui} view={view} at={at} today={now(req)} form={form} />}
      <Section title={ui.t('plan.staff.item.text')} id="text">
        <ItemFacts ui={ui} view={view} link={link} />
        {view.edit && (
          <>
            <Details summary={ui.t('plan.staff.item.edit')} id="edit" open={form.which === 'edit'}>
              <Form ui={ui} action={ui.href(at)} unsaved>
                <Hidden name="basedOn" value={String(view.version.seq)} />
                <ItemFieldset
                  ui={ui}
                  fields={state.fields}
                  values={form.which === 'edit' ? form.values : itemValues(view.version.fields, state)}
                  errors={of('edit').errors}
                />
                <Actions>
                  <Submit>{ui.t('plan.staff.item.save')}</Submit>
                </Actions>
              </Form>
            </Details>
            <Details summary={ui.t('plan.staff.item.moveTitle')} id="place" open={form.which === 'place'}>
              <PlaceForm
                ui={ui}
                view={view}
                action={ui.href(`${at}/place`)}
                values={of('place').values}
                errors={of('place').errors}
              />
            </Details>
          </>
        )}
      </Section>
      {item.leaf && <Evidence ui={ui} view={view} home={home} />}
      {item.leaf && <Owners ui={ui} view={view} at={at} values={of('owners').values} errors={of('owners').errors} />}
      <Notes
        ui={ui}
        view={view}
        at={at}
        values={of('notes').values}
        errors={of('notes').errors}
        may={allows(keepers, ctx)}
      />
      <Story req={req} view={view} />
    </PlanPage>
  );
}

function Standing({ req: { ui }, view: { state, kept, item } }: { req: Req; view: ItemView }) {
  const left = item.scope.at(-1);
  return (
    <p>
      <StatusTag ui={ui} status={kept.status} label={statusWord(ui, state.fields, kept.status, kept.because)} />{' '}
      <span class="wm-soft">
        {kept.because
          ? ui.t('plan.staff.item.since', { day: day(ui, kept.because.on) })
          : ui.t('plan.staff.item.noStatus')}
        {!kept.inScope && ` ${ui.t('plan.staff.item.outOfScope', { day: left ? day(ui, left.on) : '' })}`}
        {kept.because?.reason && ` ${inLocale(kept.because.reason, ui.locale)}`}
      </span>
    </p>
  );
}

function Under({
  req: { ui },
  view,
  home,
  refs,
  link,
}: {
  req: Req;
  view: ItemView;
  home: string;
  refs: number[];
  link: (ref: number) => Child;
}) {
  return (
    <Section title={ui.t('plan.staff.item.under')} id="under">
      {refs.length === 0 ? (
        <p class="wm-soft">{ui.t('plan.staff.work.nothingUnder')}</p>
      ) : (
        <ul>
          {refs.map((ref) => (
            <li>{link(ref)}</li>
          ))}
        </ul>
      )}
      {view.edit && (
        <p>
          <LinkButton kind="outline" href={ui.href(`${home}/items/new`, { under: String(view.item.ref) })}>
            {ui.t('plan.staff.item.addUnder')}
          </LinkButton>
        </p>
      )}
    </Section>
  );
}
