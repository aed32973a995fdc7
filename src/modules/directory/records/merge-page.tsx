/** The look before a merge: what moves, and exactly what each audience would see that it did not see before. */
import { page, Problem, type Req } from '#kernel';
import type { Rec } from '#modules/organisations';
import {
  Actions,
  Alert,
  Checkbox,
  Details,
  type FieldErrors,
  Form,
  formatList,
  Hidden,
  LinkButton,
  Radios,
  Section,
  Submit,
  Table,
  type Ui,
} from '#ui';
import { said } from '../pages/said.tsx';
import { mergeRecords } from './actions.ts';
import { FormPage } from './form.tsx';
import { base, blank, type Crumb, crumbsTo, nameOf, recordPath, said as toldOf } from './frame.tsx';
import { Lines } from './lines.tsx';
import { confirmation, lookAtMerge, type Outcome, type Shift } from './merging.ts';
import { linesOf } from './value.ts';

export const duplicateCrumbs = (req: Req, title: string): Crumb[] => [
  ...crumbsTo(req, null, null).slice(0, 1),
  { label: req.ui.t('directory.records.duplicates.title'), href: req.ui.href(base(req.ctx, '/duplicates')) },
  { label: title },
];

const keyOf = ({ audience, kind, id }: Shift): string => `${audience} ${kind} ${id}`;

export async function mergePage(req: Req, stays: Rec, goes: Rec, reason: string, errors: FieldErrors = {}) {
  const { ui, ctx } = req;
  const look = (open: boolean) => lookAtMerge(ctx, { from: goes, into: stays, reason, open });
  const [closed, opened] = [await look(false), await look(true)];
  // Words of what would only be seen when it is opened by hand.
  const seen = new Map(closed.appears.map((one) => [keyOf(one), confirmation({ appears: [one] })]));
  const shut = opened.appears.filter((one) => seen.get(keyOf(one)) !== confirmation({ appears: [one] }));
  const title = ui.t('directory.records.duplicates.check');
  // Likely duplicates often have one name: the number is that of the page before.
  const numbered = (rec: Rec) => `${rec.id === req.params.a ? 1 : 2}: ${nameOf(ui, rec)}`;
  const here = ui.href(base(ctx, `/duplicates/${req.params.a}/${req.params.b}`));
  return (
    <FormPage
      req={req}
      title={title}
      crumbs={duplicateCrumbs(req, title)}
      refused={{ ...blank, errors }}
      labels={() => undefined}
    >
      <p>{ui.t('directory.records.duplicates.will', { stays: numbered(stays), goes: numbered(goes) })}</p>
      <ul>
        {(['moves', 'ids', 'histories', 'values'] as const).map((word) => (
          <li>{ui.t(`directory.records.duplicates.will-${word}`)}</li>
        ))}
      </ul>
      <p>
        {ui.t('directory.records.duplicates.reason')}: {reason}
      </p>
      <Shown ui={ui} outcome={closed} />
      <Form ui={ui} action={here}>
        <Hidden name="step" value="merge" />
        <Hidden name="into" value={stays.id} />
        <Hidden name="reason" value={reason} />
        <Hidden name="read-closed" value={confirmation(closed)} />
        <Hidden name="read-open" value={confirmation(opened)} />
        {shut.length > 0 && (
          <Section title={ui.t('directory.records.merge.shut')}>
            <p>{ui.t('directory.records.merge.shutLead', { goes: nameOf(ui, goes) })}</p>
            <Shifts ui={ui} caption={ui.t('directory.records.merge.shut')} shifts={shut} />
            <Radios
              ui={ui}
              name="open"
              label={ui.t('directory.records.merge.open')}
              value="no"
              errors={errors}
              options={(['no', 'yes'] as const).map((value) => ({
                value,
                label: ui.t(`directory.records.merge.open-${value}`),
              }))}
            />
          </Section>
        )}
        <Alert kind="warning" announce={false}>
          {lossesIn(ui, closed).length > 0 && (
            <p>
              {ui.t('directory.records.merge.vanishesCount', { count: lossesIn(ui, closed).length })}{' '}
              <a href="#out-of-sight">{ui.t('directory.records.merge.vanishesSee')}</a>
            </p>
          )}
          <p>{ui.t('directory.records.duplicates.backAgain')}</p>
        </Alert>
        {opened.appears.length + closed.appears.length > 0 && (
          <Checkbox
            ui={ui}
            name="sure"
            label={ui.t('directory.records.merge.sure')}
            hint={closed.appears.length === 0 ? ui.t('directory.records.merge.sureOnlyOpen') : undefined}
            errors={errors}
            optional={closed.appears.length === 0}
          />
        )}
        <Actions>
          <Submit>{ui.t('directory.records.duplicates.merge')}</Submit>
          <LinkButton kind="outline" href={here}>
            {ui.t('directory.records.back')}
          </LinkButton>
        </Actions>
      </Form>
    </FormPage>
  );
}

function Shown({ ui, outcome }: { ui: Ui; outcome: Outcome }) {
  const { appears, vanishes, lost } = outcome;
  const losses = lossesIn(ui, outcome);
  return (
    <>
      <Section title={ui.t('directory.records.merge.vanishes')} id="out-of-sight">
        {losses.length === 0 ? (
          <p>{ui.t('directory.records.merge.vanishesNothing')}</p>
        ) : (
          <>
            <ul>
              {losses.map((loss) => (
                <li>{loss}</li>
              ))}
            </ul>
            <p>{ui.t(`directory.records.merge.${vanishes.length > 0 ? 'vanishesLead' : 'lostLead'}`)}</p>
            <Details summary={ui.t('directory.records.merge.vanishesWhole')}>
              <Shifts ui={ui} caption={ui.t('directory.records.merge.vanishes')} shifts={[...vanishes, ...lost]} />
            </Details>
          </>
        )}
      </Section>
      <Section title={ui.t('directory.records.merge.shows')}>
        {appears.length === 0 ? (
          <p>{ui.t('directory.records.merge.showsNothing')}</p>
        ) : (
          <Shifts ui={ui} caption={ui.t('directory.records.merge.shows')} shifts={appears} />
        )}
      </Section>
    </>
  );
}

/** Shifts of the same record, or of the same values, as one line, however many audiences they are of. */
function alikeIn(shifts: readonly Shift[]): (Shift & { audiences: Shift['audience'][] })[] {
  const all = Map.groupBy(shifts, ({ kind, id, values }) => `${kind} ${id} ${Object.keys(values).sort().join()}`);
  return [...all.values()].map((alike) => ({ ...alike[0]!, audiences: alike.map(({ audience }) => audience) }));
}

/** What goes out of sight, in sentences: records that some find no more, and values of the duplicate that nobody reads any more. */
function lossesIn(ui: Ui, { vanishes, lost }: Outcome): string[] {
  const who = (audiences: Shift['audience'][]) =>
    formatList(
      ui.locale,
      audiences.map((audience) => ui.t(`directory.records.merge.who.${audience}`)),
    );
  // That a service is given somewhere goes with the service.
  const whole = Map.groupBy(
    vanishes.filter(
      ({ audience, values }) => !vanishes.some((one) => one.audience === audience && one.id === values.service_id),
    ),
    ({ kind, id }) => `${kind} ${id}`,
  );
  return [
    ...[...whole.values()].map((alike) =>
      ui.t('directory.records.merge.loses', {
        what: `${ui.t(`directory.vetting.kind.${alike[0]!.kind}`)}: ${said(alike[0]!.values, 'name', ui.locale)?.text ?? alike[0]!.name}`,
        who: who(alike.map(({ audience }) => audience)),
      }),
    ),
    ...alikeIn(lost).map(({ audiences, values }) =>
      ui.t('directory.records.merge.losesValues', {
        who: who(audiences),
        values: Object.keys(values)
          .map((field) => ui.t(linkWords[field] ?? `directory.vetting.field1.${field}`))
          .join(', '),
      }),
    ),
  ];
}

/** The audience, the record and the values, to the letter. */
const Shifts = ({ ui, caption, shifts }: { ui: Ui; caption: string; shifts: readonly Shift[] }) => (
  <Table
    ui={ui}
    caption={caption}
    captionHidden
    rows={shifts}
    columns={[
      {
        key: 'who',
        label: ui.t('directory.records.whoSees'),
        cell: ({ audience }) => ui.t(`directory.records.seen.${audience}`),
      },
      {
        key: 'record',
        label: ui.t('directory.records.merge.record'),
        cell: ({ kind, name }) => `${ui.t(`directory.vetting.kind.${kind}`)}: ${name}`,
      },
      {
        key: 'values',
        label: ui.t('directory.records.merge.values'),
        cell: ({ values }) => <Lines lines={valuesIn(ui, values)} />,
      },
    ]}
  />
);

/** A link says where it leads by being there; its id says nothing to a person. */
const linkWords: Record<string, string> = {
  location_id: 'directory.records.merge.givenThere',
  program_id: 'directory.vetting.kind.program',
  confidential_place: 'directory.records.placeIsHidden',
};

const valuesIn = (ui: Ui, values: Shift['values']): string[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (linkWords[name]) return [ui.t(linkWords[name])];
    if (name === 'translations' || name.endsWith('_id')) return [];
    return [`${ui.t(`directory.vetting.field1.${name}`)}: ${linesOf(ui, name, value).join('; ')}`];
  });

export async function postMerge(req: Req, stays: Rec, goes: Rec, fields: Record<string, string>): Promise<Response> {
  const { ui, ctx } = req;
  const reason = (fields.reason ?? '').trim();
  const open = fields.open === 'yes';
  const read = fields[open ? 'read-open' : 'read-closed'] ?? '';
  try {
    const confirmed = fields.sure === 'yes' ? read : '';
    await mergeRecords(ctx, { from: goes.id, into: stays.id, reason, open, confirmed });
  } catch (error) {
    if (!(error instanceof Problem) || error.key !== 'directory.records.mergeShows') throw error;
    // Not ticked, or what it shows is not what was read: it is shown as it is now.
    return page(await mergePage(req, stays, goes, reason, { sure: ui.t(error.key) }), 409);
  }
  return toldOf(req, recordPath(ctx, stays.id), 'merged');
}
