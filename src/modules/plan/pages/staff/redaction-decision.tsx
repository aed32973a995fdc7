/** The second person's page: the hidden text, where it stands, and the two answers. Opening it leaves an entry in the audit. */
import { Problem, type Req, redirect } from '#kernel';
import {
  Actions,
  Alert,
  DateText,
  ErrorSummary,
  type FieldErrors,
  Form,
  Section,
  Submit,
  SummaryList,
  Table,
} from '#ui';
import { networkId } from '../../drafting.ts';
import { confirmRedaction, readRedaction, refuseRedaction } from '../../redaction.ts';
import type { Place } from '../../redaction-places.ts';
import { type PlanState, readPlan } from '../../state.ts';
import { inLocale } from '../words.ts';
import { attempt } from './forms.ts';
import { base, itemName, me, PlanPage } from './frame.tsx';
import { planHere, reading } from './reading.ts';
import { Elsewhere, listRedactions, redactionsAt } from './redaction.tsx';

const mostPlaces = 200;

export async function decisionPage(req: Req, errors: FieldErrors = {}) {
  const { ui, ctx } = req;
  const view = await reading(ctx, async (tx) => {
    const plan = await planHere(tx, ctx, req.params.plan);
    const list = await listRedactions(tx, networkId(ctx));
    return {
      plan,
      fields: (await readPlan(tx, plan, 'draft')).fields,
      row: list.find(({ id }) => id === req.params.id),
    };
  });
  const { row } = view;
  if (!row) throw Problem.notFound();
  const at = `${redactionsAt(req)}/${row.id}`;
  const title = ui.t('plan.staff.redaction.decideTitle');
  const mine = row.askedBy === me(ctx);
  const shown = row.outcome === null && !mine ? await readRedaction(ctx, { id: row.id }) : null;
  const names = shown ? await placeNames(req, shown.places) : null;
  return (
    <PlanPage
      req={req}
      plan={view.plan}
      fields={view.fields}
      tab={null}
      title={title}
      lead={ui.t('plan.staff.redaction.decideLead')}
      crumbs={[{ label: ui.t('plan.staff.redaction.title'), href: ui.href(redactionsAt(req)) }, { label: title }]}
    >
      <ErrorSummary ui={ui} errors={errors} />
      <SummaryList
        facts={[
          { term: ui.t('plan.staff.redaction.askedBy'), value: row.askedByName ?? ui.t('plan.staff.somebody') },
          { term: ui.t('plan.staff.redaction.askedAt'), value: <DateText ui={ui} date={row.askedAt} /> },
          { term: ui.t('plan.staff.redaction.whyShort'), value: ui.t(`plan.staff.redaction.why.${row.why}`) },
        ]}
      />
      {!shown && (
        <Alert kind="info" announce={false}>
          {ui.t(row.outcome ? 'plan.problem.redactionDecided' : 'plan.problem.redactionSecondPerson')}
        </Alert>
      )}
      {shown && (
        <>
          <Section title={ui.t(shown.whole ? 'plan.staff.redaction.wholeShown' : 'plan.staff.redaction.textShown')}>
            {shown.texts.map((text) => (
              <blockquote class="wm-lines">{text}</blockquote>
            ))}
          </Section>
          <Places req={req} places={shown.places} nameOf={names!} />
          <p class="wm-section">{ui.t('plan.staff.redaction.forGood')}</p>
          <Form ui={ui} action={ui.href(`${at}/confirmation`)}>
            <Actions>
              <Submit kind="danger">{ui.t('plan.staff.redaction.confirm')}</Submit>
            </Actions>
          </Form>
          <Form ui={ui} action={ui.href(`${at}/refusal`)}>
            <p class="wm-section">{ui.t('plan.staff.redaction.refuseLead')}</p>
            <Actions>
              <Submit kind="outline">{ui.t('plan.staff.redaction.refuse')}</Submit>
            </Actions>
          </Form>
          <Elsewhere ui={ui} />
        </>
      )}
    </PlanPage>
  );
}

interface Named {
  name: string;
  path: string;
}

/** The plan, and the item in it, of each place as people know them. */
async function placeNames(req: Req, places: readonly Place[]): Promise<(place: Place) => Named> {
  const { ui, ctx } = req;
  const states = new Map<string, PlanState>();
  await reading(ctx, async (tx) => {
    for (const slug of new Set(places.map((place) => place.slug)))
      states.set(slug, await readPlan(tx, await planHere(tx, ctx, slug), 'draft'));
  });
  return ({ slug, ref }) => {
    const { fields, items, indicators } = states.get(slug)!;
    const indicator = indicators.find((one) => one.ref === ref);
    const item = items.find((one) => one.ref === ref);
    const inside = item ? itemName(item, ui) : indicator ? inLocale(indicator.title, ui.locale) : '';
    const page = item ? `/items/${ref}` : indicator ? `/indicators/${ref}` : '';
    return {
      name: [inLocale(fields.title, ui.locale), inside].filter(Boolean).join(' · '),
      path: `${base(ctx, slug)}${page}`,
    };
  };
}

function Places({ req, places, nameOf }: { req: Req; places: readonly Place[]; nameOf: (place: Place) => Named }) {
  const { ui } = req;
  return (
    <Section title={ui.t('plan.staff.redaction.places', { count: places.length })}>
      <Table
        ui={ui}
        caption={ui.t('plan.staff.redaction.places', { count: places.length })}
        captionHidden
        rows={places.slice(0, mostPlaces)}
        columns={[
          {
            key: 'plan',
            label: ui.t('plan.staff.plan'),
            cell: (place) => <a href={ui.href(nameOf(place).path)}>{nameOf(place).name}</a>,
          },
          {
            key: 'kind',
            label: ui.t('plan.staff.redaction.place'),
            cell: (place) => ui.t(`plan.staff.redaction.place.${place.kind}`),
          },
          {
            key: 'public',
            label: ui.t('plan.staff.redaction.wasPublic'),
            cell: (place) => ui.t(place.published ? 'plan.staff.redaction.yes' : 'plan.staff.redaction.no'),
          },
        ]}
      />
      {places.length > mostPlaces && (
        <p class="wm-soft">{ui.t('plan.upkeep.more', { count: places.length - mostPlaces })}</p>
      )}
    </Section>
  );
}

const decision = (act: typeof confirmRedaction | typeof refuseRedaction, said: string) => (req: Req) =>
  attempt(
    req,
    async () => {
      await act(req.ctx, { id: req.params.id ?? '' });
      return redirect(req, `${redactionsAt(req)}#requests`, { said: `plan.staff.said.${said}` });
    },
    (errors, problem) => {
      if (problem.kind === 'invalid') throw Problem.notFound();
      return decisionPage(req, errors);
    },
  );

export const postConfirmation = decision(confirmRedaction, 'takenOut');
export const postRefusal = decision(refuseRedaction, 'shownAgain');
