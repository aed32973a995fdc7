/** "We called, and this is right": value by value for the listings that were chosen. Nothing is ticked beforehand. */
import { z } from 'zod';
import { page, Problem, type Req, redirect, today } from '#kernel';
import { recordsById } from '#modules/organisations';
import {
  Actions,
  Checkboxes,
  DateField,
  ErrorSummary,
  type FieldErrors,
  Form,
  Hidden,
  Radios,
  Section,
  Submit,
} from '#ui';
import { reading } from '../../vetting/staff/frame.tsx';
import { noteChecks, staffWays } from '../checks.ts';
import { dueOf } from '../due.ts';
import { periodsOf } from '../periods.ts';
import { listingsOf, valuesBy } from '../read.ts';
import { keyOf } from '../request.ts';
import { valueWords } from './values.ts';
import { boardPage } from './board.tsx';
import { base, fieldWords, recordWords, UpkeepPage } from './frame.tsx';

const most = 25;
const ids = z.array(z.uuid()).max(500);

/** Organisations named in the address or the form; what is no id is nobody. */
const chosenIn = (values: readonly string[]): string[] => {
  const found = ids.safeParse([...new Set(values)]);
  return found.success ? found.data.slice(0, most) : [];
};

export const checksPage = (req: Req) =>
  drawChecks(req, chosenIn(new URL(req.raw.url).searchParams.getAll('organization')), {}, { ticked: [] });

interface Entered {
  ticked: readonly string[];
  how?: string;
  on?: string;
}

async function drawChecks(req: Req, chosen: readonly string[], errors: FieldErrors, entered: Entered) {
  const { ui, ctx } = req;
  if (chosen.length === 0) return page(await boardPage(req, ui.t('directory.upkeep.bad.nobodyChosen')), 422);
  const view = await reading(ctx, async (tx) => {
    const listings = await listingsOf(tx, ctx, chosen);
    const values = [...(await valuesBy(tx, ctx, [...listings.keys()])).values()].flat();
    const recs = await recordsById(tx, ctx.network!.id, [...listings.keys(), ...values.map(({ record }) => record)]);
    return {
      listings,
      values,
      recs: new Map(recs.map((rec) => [rec.id, rec])),
      periods: await periodsOf(tx, ctx.network!.id),
    };
  });
  if (view.listings.size === 0) throw Problem.notFound();
  const day = today(ctx);
  const title = ui.t('directory.upkeep.checks.title');
  const first = view.values[0]?.record;
  return (
    <UpkeepPage req={req} title={title} lead={ui.t('directory.upkeep.checks.lead')} crumbs={[{ label: title }]}>
      <ErrorSummary
        ui={ui}
        errors={errors}
        labels={(name) => (name === 'value' ? undefined : ui.t(`directory.upkeep.checks.${name}`))}
      />
      <Form ui={ui} action={ui.href(base(ctx, '/checks'))} unsaved>
        {[...view.listings.keys()].map((id) => (
          <Hidden name="organization" value={id} />
        ))}
        {[...Map.groupBy(view.values, (value) => value.record)].map(([id, values]) => {
          const rec = view.recs.get(id)!;
          return (
            <Section title={recordWords(ui, rec, view.recs)} level={2}>
              <Checkboxes
                ui={ui}
                name="value"
                part={id === first ? undefined : id}
                label={<span class="wm-sr">{recordWords(ui, rec, view.recs)}</span>}
                error={id === first ? errors.value : undefined}
                values={entered.ticked}
                filter
                options={values.map((value) => {
                  const due = dueOf(value, view.periods, day);
                  const name = fieldWords(ui, value.field);
                  return {
                    value: keyOf(value),
                    label: due.state === 'fine' ? name : `${name} · ${ui.t(`directory.upkeep.dueState.${due.state}`)}`,
                    hint: (
                      <span class="wm-lines">
                        {value.field === '*'
                          ? ui.t('directory.upkeep.checks.place')
                          : valueWords(ui, ctx, value.field, rec.fields[value.field]).join('\n')}
                      </span>
                    ),
                  };
                })}
              />
            </Section>
          );
        })}
        <Radios
          ui={ui}
          name="how"
          label={ui.t('directory.upkeep.checks.how')}
          value={entered.how ?? 'phone'}
          errors={errors}
          options={staffWays.map((value) => ({ value, label: ui.t(`directory.upkeep.way.${value}`) }))}
        />
        <DateField
          ui={ui}
          name="on"
          label={ui.t('directory.upkeep.checks.on')}
          value={entered.on ?? day}
          max={day}
          errors={errors}
        />
        <Actions>
          <Submit>{ui.t('directory.upkeep.checks.save')}</Submit>
          <a href={ui.href(base(ctx))}>{ui.t('directory.upkeep.cancel')}</a>
        </Actions>
      </Form>
    </UpkeepPage>
  );
}

export async function postChecks(req: Req) {
  const { fields, lists } = await req.form();
  const all = (name: string) => lists[name] ?? (fields[name] === undefined ? [] : [fields[name]]);
  const chosen = chosenIn(all('organization'));
  const ticked = all('value');
  const { ctx, ui } = req;
  try {
    await noteChecks(ctx, {
      values: ticked.map((one) => ({ record: one.slice(0, 36), field: one.slice(37) })),
      how: fields.how as 'phone',
      on: fields.on ?? '',
    });
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'invalid') throw error;
    const errors = Object.fromEntries(
      Object.entries(error.fields).map(([name, said]) => [
        name === 'values' ? 'value' : name,
        ui.t(said.key, said.values),
      ]),
    );
    const drawn = await drawChecks(req, chosen, errors, { ticked, how: fields.how, on: fields.on });
    return drawn instanceof Response ? drawn : page(drawn, 422);
  }
  const path = chosen.length === 1 ? base(ctx, `/listings/${chosen[0]}`) : base(ctx);
  return redirect(req, path, { said: 'directory.upkeep.said.checked', count: String(ticked.length) });
}
